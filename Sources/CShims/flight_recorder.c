#define _GNU_SOURCE
#include "flight_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

enum { HANDLER_STACK = 64 << 10, PROBE_SIZE = 64 << 20 };

/* What the handler writes to; set once, before any plugin is loaded. */
static struct flight_recorder *watched;

int flight_recorder_create(void)
{
    int descriptor = memfd_create("devemu-flight-recorder", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (descriptor < 0)
        return -1;
    /* A mapping of memory that a worker has shortened would kill its reader. */
    if (ftruncate(descriptor, sizeof(struct flight_recorder)) == 0
        && fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

struct flight_recorder *flight_recorder_map(int descriptor)
{
    void *memory =
        mmap(NULL, sizeof(struct flight_recorder), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void flight_recorder_unmap(struct flight_recorder *recorder)
{
    munmap(recorder, sizeof(*recorder));
}

/* Reads memory that may not be there: through the kernel, which refuses instead of faulting. */
static uint32_t copy_stack(uint64_t *words, uint64_t from)
{
    uint32_t done = 0;

    while (done < FLIGHT_STACK_WORDS) {
        uint32_t part = FLIGHT_STACK_WORDS - done < 64 ? FLIGHT_STACK_WORDS - done : 64;
        struct iovec to = {words + done, part * sizeof(*words)};
        struct iovec source = {(void *)(uintptr_t)(from + done * sizeof(*words)), to.iov_len};
        ssize_t count = process_vm_readv(getpid(), &to, 1, &source, 1, 0);

        if (count <= 0)
            break;
        done += (uint32_t)((size_t)count / sizeof(*words));
        if ((size_t)count < to.iov_len)
            break;
    }
    return done;
}

static uint32_t copy_maps(char *text)
{
    int descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    uint32_t done = 0;
    ssize_t count;

    if (descriptor < 0)
        return 0;
    while ((count = read(descriptor, text + done, FLIGHT_MAPS_SIZE - done)) > 0)
        done += (uint32_t)count;
    close(descriptor);
    return done;
}

static void on_deadly_signal(int number, siginfo_t *info, void *context)
{
    struct flight_recorder *recorder = watched;
    const ucontext_t *state = context;
    uint64_t stack_pointer;

    if (recorder && !recorder->signal) {
#if defined(__x86_64__)
        recorder->program_counter = (uint64_t)state->uc_mcontext.gregs[REG_RIP];
        stack_pointer = (uint64_t)state->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
        recorder->program_counter = state->uc_mcontext.pc;
        stack_pointer = state->uc_mcontext.sp;
#else
#error "the registers of this processor are not known here"
#endif
        recorder->fault_address = (uint64_t)(uintptr_t)info->si_addr;
        recorder->signal_code = info->si_code;
        recorder->stack_words = copy_stack(recorder->stack, stack_pointer);
        recorder->maps_size = copy_maps(recorder->maps);
        /* A process that has used up its address space cannot get this much either. */
        void *probe = mmap(NULL, PROBE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        recorder->memory_is_exhausted = probe == MAP_FAILED && errno == ENOMEM;
        recorder->signal = number;
    }
    /* Dies of it as if nobody had listened, as soon as this returns. */
    signal(number, SIG_DFL);
    syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), number);
}

int flight_recorder_watch_signals(struct flight_recorder *recorder)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGXCPU, SIGXFSZ};
    struct sigaction action = {.sa_sigaction = on_deadly_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    watched = recorder;
    sigfillset(&action.sa_mask);
    for (size_t index = 0; index < sizeof(deadly) / sizeof(deadly[0]); index++)
        if (sigaction(deadly[index], &action, NULL) != 0)
            return -1;
    return 0;
}

int flight_recorder_guard_thread(void)
{
    void *memory = mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return -1;
    stack_t stack = {.ss_sp = memory, .ss_size = HANDLER_STACK};
    return sigaltstack(&stack, NULL);
}
