#define _GNU_SOURCE
#include "worker_shims.h"

#include "sealed_memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int devemu_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

// Through syscall(2), because glibc has a wrapper only since 2.36.
int devemu_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0u); }

int devemu_set_parent_death_signal(int signal_number) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal_number, 0ul, 0ul, 0ul);
}

// In the worker, before it has a channel on which to complain.
static void leave(const char *call) {
    dprintf(STDERR_FILENO, "devemu: %s: %s\n", call, strerror(errno));
    _exit(70);
}

// Closes everything from `first` on but the sealed copies of plugins, which are the same for every worker.
static void close_all_but_sealed(int first) {
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) leave("/proc/self/fd");
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        // "." and ".." become 0.
        int descriptor = atoi(entry->d_name);
        if (descriptor >= first && descriptor != dirfd(folder) && !devemu_is_sealed(descriptor)) close(descriptor);
    }
    closedir(folder);
}

// Makes this process a worker: a session of its own without a controlling terminal, stdin empty, no blocked
// signals, all dispositions at default, and no descriptor but those given and sealed ones.
static void become_worker(const int *given, int count, const char *variable, const char *scratch) {
    setsid();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int index = 0; index < count; index++)
        if (dup2(given[index], index + 1) < 0) leave("dup2");
    int empty = open("/dev/null", O_RDONLY);
    if (empty < 0 || dup2(empty, STDIN_FILENO) < 0) leave("/dev/null");
    close_all_but_sealed(count + 1);
    if (setenv(variable, scratch, 1) != 0 || setenv("TMPDIR", scratch, 1) != 0) leave("setenv");
}

pid_t devemu_fork_worker(const int *given, int count, const char *variable, const char *scratch) {
    // What is in a buffer now is printed by one process only.
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) become_worker(given, count, variable, scratch);
    return process;
}

char **devemu_environment(void) { return environ; }

int devemu_line_buffer_stdout(void) { return setvbuf(stdout, NULL, _IOLBF, 0); }

int devemu_signal_descriptor(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int devemu_take_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

// MARK: The zygote

enum { GIVEN = 4, LOWEST_KEPT = 16 };

int devemu_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

pid_t devemu_fork_zygote(int control, pid_t supervisor) {
    fflush(NULL);
    pid_t process = fork();
    if (process != 0) return process;
    // The supervisor decides when this process ends, not what is typed or sent to all of a session.
    setsid();
    sigset_t held;
    sigemptyset(&held);
    int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t index = 0; index < sizeof(signals) / sizeof(signals[0]); index++) sigaddset(&held, signals[index]);
    sigprocmask(SIG_SETMASK, &held, NULL);
    if (devemu_set_parent_death_signal(SIGKILL) != 0 || getppid() != supervisor) _exit(70);
    int empty = open("/dev/null", O_RDWR);
    if (empty < 0) _exit(70);
    for (int number = 0; number <= STDERR_FILENO; number++)
        if (number != control && dup2(empty, number) < 0) _exit(70);
    if (empty > STDERR_FILENO) close(empty);
    return 0;
}

// A fork whose copy is a child of this process's parent. glibc's fork() takes no flags; what it does beside the
// system call is for processes with several threads, but for the thread id that it keeps, which the kernel is
// asked to renew.
static pid_t fork_sibling(void) {
    unsigned long flags = CLONE_PARENT | SIGCHLD;
    int *thread_id = NULL;
    if (prctl(PR_GET_TID_ADDRESS, &thread_id) == 0 && thread_id != NULL)
        flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#if defined(__x86_64__)
    return (pid_t)syscall(SYS_clone, flags, 0ul, 0ul, thread_id, 0ul);
#elif defined(__aarch64__)
    return (pid_t)syscall(SYS_clone, flags, 0ul, 0ul, 0ul, thread_id);
#else
#error "the order of the arguments of clone is not known here"
#endif
}

static int read_all(int descriptor, void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = read(descriptor, (char *)bytes + done, size - done);
        if (count > 0) done += (size_t)count;
        else if (count == 0) return 0;
        else if (errno != EINTR) return -1;
    }
    return 1;
}

static int send_all(int descriptor, const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = send(descriptor, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
        if (count >= 0) done += (size_t)count;
        else if (errno != EINTR) return -1;
    }
    return 0;
}

union given_control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(GIVEN * sizeof(int))];
};

pid_t devemu_ask_zygote(int control, const int given[4], const void *bytes, uint64_t size) {
    union given_control ancillary = {{0}};
    struct iovec part = {&size, sizeof(size)};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &ancillary, .msg_controllen = sizeof(ancillary.bytes)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(GIVEN * sizeof(int));
    memcpy(CMSG_DATA(rights), given, GIVEN * sizeof(int));
    ssize_t sent;
    do sent = sendmsg(control, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    int32_t answer = 0;
    if (sent != sizeof(size) || send_all(control, bytes, size) != 0) return -1;
    int received = read_all(control, &answer, sizeof(answer));
    if (received == 0) errno = EPIPE;
    if (received <= 0) return -1;
    if (answer < 0) errno = -answer;
    return answer < 0 ? -1 : answer;
}

int64_t devemu_serve_workers(int control, const char *variable, char **request) {
    for (;;) {
        uint64_t size = 0;
        union given_control ancillary;
        struct iovec part = {&size, sizeof(size)};
        struct msghdr message = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = &ancillary,
            .msg_controllen = sizeof(ancillary.bytes)};
        ssize_t count;
        do count = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
        while (count < 0 && errno == EINTR);
        if (count <= 0) _exit(0);
        int given[GIVEN], lifted[GIVEN], failure = 0;
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        if (count != sizeof(size) || rights == NULL || rights->cmsg_len != CMSG_LEN(sizeof(given))) _exit(70);
        memcpy(given, CMSG_DATA(rights), sizeof(given));
        char *bytes = malloc(size + 1);
        if (bytes == NULL || read_all(control, bytes, size) <= 0) _exit(70);
        bytes[size] = 0;
        // Above the numbers that a worker's descriptors get.
        for (int index = 0; index < GIVEN; index++) {
            lifted[index] = fcntl(given[index], F_DUPFD_CLOEXEC, LOWEST_KEPT);
            if (lifted[index] < 0) failure = errno;
            close(given[index]);
        }
        pid_t process = failure ? -1 : fork_sibling();
        if (process == 0) {
            // The folder's path stands first, with a zero after it.
            become_worker(lifted, GIVEN, variable, bytes);
            *request = bytes + strlen(bytes) + 1;
            return (int64_t)(size - strlen(bytes) - 1);
        }
        int32_t answer = process > 0 ? process : -(failure ? failure : errno);
        for (int index = 0; index < GIVEN; index++)
            if (lifted[index] >= 0) close(lifted[index]);
        free(bytes);
        if (send_all(control, &answer, sizeof(answer)) != 0) _exit(0);
    }
}
