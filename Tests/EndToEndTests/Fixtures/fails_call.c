/* SPDX-License-Identifier: Apache-2.0
 *
 * A library for LD_PRELOAD: call number FAULT_CALL of the function FAULT_FUNCTION fails with the errno
 * FAULT_ERRNO, in the process FAULT_PROCESS: parent, counted from main() on, or worker, from where it has its
 * descriptors and its environment. FAULT_MARKER is a file that is made at the start and holds a byte once the call has failed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *chosen;
static long left;
static int number;
/* Open from the start on, since a sandbox comes between; out of the way of those who count descriptors. */
static long marker = -1;

static const char *setting(const char *name)
{
    const char *text = getenv(name);

    return text ? text : "";
}

static long (*real_syscall(void))(long, ...) { return (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall"); }

static int (*real_main)(int, char **, char **);

/* From here on the calls of this process count. */
static void begin(void)
{
    long file = real_syscall()(SYS_openat, AT_FDCWD, setting("FAULT_MARKER"), O_CREAT | O_WRONLY, 0600);

    marker = real_syscall()(SYS_fcntl, file, F_DUPFD_CLOEXEC, 220);
    real_syscall()(SYS_close, file);
    left = atol(setting("FAULT_CALL"));
    number = atoi(setting("FAULT_ERRNO"));
    chosen = setting("FAULT_FUNCTION");
}

static int counted_main(int count, char **arguments, char **environment)
{
    if (!strcmp(setting("FAULT_PROCESS"), "parent"))
        begin();
    return real_main(count, arguments, environment);
}

/* The last that a new worker does before it takes its channel: it has its descriptors then. */
int setenv(const char *name, const char *value, int overwrite)
{
    int (*real)(const char *, const char *, int) = dlsym(RTLD_NEXT, "setenv");

    if (!strcmp(name, "TMPDIR") && !strcmp(setting("FAULT_PROCESS"), "worker"))
        begin();
    return real(name, value, overwrite);
}

int __libc_start_main(int (*entry)(int, char **, char **), int count, char **arguments, void (*init)(void),
                      void (*fini)(void), void (*loader)(void), void *stack)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void),
                 void *) = dlsym(RTLD_NEXT, "__libc_start_main");

    real_main = entry;
    return start(counted_main, count, arguments, init, fini, loader, stack);
}

/* The errno when it is the turn of this call, else 0. */
static int fault(const char *function)
{
    if (!chosen || strcmp(chosen, function) || --left != 0)
        return 0;
    real_syscall()(SYS_write, marker, "x", 1L);
    errno = number;
    return number;
}

#define REAL(NAME) ((__typeof__(&NAME))dlsym(RTLD_NEXT, #NAME))

#define WRAP(RESULT, NAME, PARAMETERS, ARGUMENTS, FAILED)                                          \
    RESULT NAME PARAMETERS                                                                         \
    {                                                                                              \
        int error = fault(#NAME);                                                                  \
                                                                                                   \
        if (error)                                                                                 \
            return FAILED;                                                                         \
        return REAL(NAME) ARGUMENTS;                                                               \
    }

WRAP(ssize_t, read, (int file, void *bytes, size_t count), (file, bytes, count), -1)
WRAP(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count), -1)
WRAP(ssize_t, pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at), -1)
WRAP(int, close, (int file), (file), (REAL(close)(file), errno = error, -1))
WRAP(int, dup, (int file), (file), -1)
WRAP(int, fstat, (int file, struct stat *status), (file, status), -1)
WRAP(int, ftruncate, (int file, off_t size), (file, size), -1)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1)
WRAP(char *, mkdtemp, (char *name), (name), NULL)
WRAP(int, mkstemp, (char *name), (name), -1)
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags), -1)
WRAP(int, memfd_create, (const char *name, unsigned int flags), (name, flags), -1)
WRAP(void *, mmap, (void *at, size_t size, int protection, int flags, int file, off_t offset),
     (at, size, protection, flags, file, offset), MAP_FAILED)
WRAP(int, poll, (struct pollfd *files, nfds_t count, int timeout), (files, count, timeout), -1)
WRAP(int, waitid, (idtype_t kind, id_t id, siginfo_t *info, int options), (kind, id, info, options), -1)
WRAP(pid_t, waitpid, (pid_t process, int *status, int options), (process, status, options), -1)
WRAP(int, setrlimit, (__rlimit_resource_t kind, const struct rlimit *limit), (kind, limit), -1)
WRAP(int, sigaction, (int signal, const struct sigaction *action, struct sigaction *old), (signal, action, old),
     -1)
WRAP(int, sigaltstack, (const stack_t *stack, stack_t *old), (stack, old), -1)

/* What a copy of the parent does is not the parent's. */
pid_t fork(void)
{
    pid_t process = fault("fork") ? -1 : REAL(fork)();

    if (process == 0)
        chosen = NULL;
    return process;
}

WRAP(int, pthread_create,
     (pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument),
     (thread, attributes, body, argument), error)

/* Of the arguments that are not there none is used. */
#define WRAP_VARIADIC(RESULT, NAME, FIRST_PARAMETERS, FIRST_ARGUMENTS, LAST)           \
    RESULT NAME(FIRST_PARAMETERS, ...)                                                             \
    {                                                                                              \
        long more[5];                                                                              \
        va_list list;                                                                              \
        int i;                                                                                     \
                                                                                                   \
        if (fault(#NAME))                                                                          \
            return -1;                                                                             \
        va_start(list, LAST);                                                                      \
        for (i = 0; i < 5; i++)                                                                    \
            more[i] = va_arg(list, long);                                                          \
        va_end(list);                                                                              \
        return REAL(NAME)(FIRST_ARGUMENTS, more[0], more[1], more[2], more[3], more[4]);           \
    }
#define PAIR(A, B) A, B

WRAP_VARIADIC(int, open, PAIR(const char *path, int flags), PAIR(path, flags), flags)
WRAP_VARIADIC(int, fcntl, PAIR(int file, int command), PAIR(file, command), command)
WRAP_VARIADIC(int, prctl, int option, option, option)
WRAP_VARIADIC(long, syscall, long call, call, call)
