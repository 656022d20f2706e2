// The few calls Swift cannot make: fork, variadic functions and names behind _GNU_SOURCE.
// Each returns what the wrapped call returns.
#pragma once
#include <signal.h>
#include <sys/types.h>

// pipe2(2) with O_CLOEXEC, so that no program that a tool starts inherits an end.
int devemu_pipe_cloexec(int ends[2]);

// pidfd_open(2); -1 with ENOSYS before Linux 5.3.
int devemu_pidfd_open(pid_t process);

// prctl(2) PR_SET_PDEATHSIG: the signal this process gets when the thread that forked ends.
int devemu_set_parent_death_signal(int signal_number);

// fork(2) into a process group of its own, with stdin empty, no blocked signals and all signal dispositions at
// default. `given` are the descriptors that become 1, 2, and so on; of the others only the sealed ones stay open, see
// devemu_is_sealed(). TMPDIR and `variable`
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

// Removes a folder with everything in it, as far as that is allowed; links are not followed. Corresponds to
// nftw(3).
void devemu_remove_tree(const char *path);
