// The few calls Swift cannot make: fork, variadic functions and names behind _GNU_SOURCE.
// Each returns what the wrapped call returns.
#pragma once
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

// pipe2(2) with O_CLOEXEC, so that no program that a tool starts inherits an end.
int devemu_pipe_cloexec(int ends[2]);

// pidfd_open(2); -1 with ENOSYS before Linux 5.3.
int devemu_pidfd_open(pid_t process);

// prctl(2) PR_SET_PDEATHSIG: the signal this process gets when the thread that forked ends.
int devemu_set_parent_death_signal(int signal_number);

// fork(2) into a session of its own, without a controlling terminal, with stdin empty, no blocked signals and all
// signal dispositions at default. `given` are the descriptors that become 1, 2, and so on; of the others only the
// sealed ones stay open, see devemu_is_sealed(). TMPDIR and `variable`
// name the folder `scratch`. Returns in the worker with 0, as fork does.
pid_t devemu_fork_worker(const int *given, int count, const char *variable, const char *scratch);

// environ(7), which Swift 6 refuses as shared mutable state.
char **devemu_environment(void);

// signalfd(2): readable when one of the signals is pending, closed on exec.
int devemu_signal_descriptor(const sigset_t *signals);

// read(2) of it: the number of a signal that was pending, zero for none.
int devemu_take_signal(int descriptor);

// setvbuf(3): whole lines leave stdout at once, so that a crash does not swallow them.
int devemu_line_buffer_stdout(void);

// socketpair(2) of connected streams, neither of which survives exec.
int devemu_socket_pair(int ends[2]);

// fork(2) of a process that serves `control` and is killed when the calling thread ends: in a session of its own,
// with its standard descriptors empty, and SIGINT, SIGTERM, SIGHUP and SIGQUIT held back.
pid_t devemu_fork_zygote(int control, pid_t supervisor);

// Asks the zygote at the other end of `control` for a worker: `given` become its descriptors 1 to 4, `bytes` are
// the path of its scratch folder, a zero, and what it is to do. The process id, a child of the caller; -1 with
// errno, EPIPE when the zygote is gone.
pid_t devemu_ask_zygote(int control, const int given[4], const void *bytes, uint64_t size);

// Starts a worker for each request until the supervisor closes its end, which ends this process. Returns in each
// worker: the size of what it is to do, in `request`. Corresponds to clone(2) with CLONE_PARENT.
int64_t devemu_serve_workers(int control, const char *variable, char **request);
