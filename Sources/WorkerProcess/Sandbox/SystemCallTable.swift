/// What a plugin's process may ask of the kernel. What stands in no list here is answered with ENOSYS: a call
/// that is newer than this table, or that libseccomp does not know, is none. So are clone3() and openat2(): their
/// arguments are in memory, where a filter cannot look, and every caller falls back to a call that it can judge.
enum SystemCallTable {
    /// Harmless whatever the arguments are: they stay within the process, or read.
    static let allowed: [String] = [
        // Memory.
        "mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "msync", "mincore", "mlock", "mlock2",
        "munlock", "mlockall", "munlockall", "membarrier", "pkey_alloc", "pkey_free", "pkey_mprotect",
        "get_mempolicy",
        // Threads of this process.
        "exit", "exit_group", "restart_syscall", "gettid", "getpid", "set_tid_address", "set_robust_list",
        "rseq", "futex", "futex_waitv", "sched_yield", "sched_getaffinity", "sched_getparam",
        "sched_getscheduler", "sched_getattr", "sched_get_priority_max", "sched_get_priority_min",
        "sched_rr_get_interval", "getpriority", "ioprio_get", "getcpu", "arch_prctl", "wait4", "waitid",
        // Time.
        "time", "times", "gettimeofday", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
        "pause", "alarm", "getitimer", "setitimer", "timer_create", "timer_settime", "timer_gettime",
        "timer_getoverrun", "timer_delete", "timerfd_create", "timerfd_settime", "timerfd_gettime",
        // Signals, as far as they are received.
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait",
        "rt_sigsuspend", "sigaltstack", "signalfd", "signalfd4",
        // Open files.
        "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2",
        "pwritev2", "lseek", "close", "close_range", "dup", "dup2", "dup3", "pipe", "pipe2", "fstat",
        "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range", "fadvise64", "readahead",
        "sendfile", "copy_file_range", "poll", "ppoll", "select", "pselect6", "epoll_create",
        "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
        "getdents", "getdents64", "fchdir", "fstatfs", "fgetxattr",
        "flistxattr",
        // Names of files, to read.
        "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
        "readlinkat", "getcwd", "chdir", "umask", "statfs", "getxattr", "lgetxattr", "listxattr",
        "llistxattr",
        // What the process and the machine are.
        "getppid", "getpgid", "getpgrp", "getsid", "getuid", "geteuid", "getgid", "getegid", "getresuid",
        "getresgid", "getgroups", "capget", "uname", "sysinfo", "getrusage", "getrlimit", "getrandom",
    ]

    /// Names of files that are changed: Landlock, from its first revision on, holds these to the scratch folder.
    static let heldByLandlock: [String] = [
        "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link",
        "linkat", "symlink", "symlinkat",
    ]

    /// Refused with EPERM, so that a plugin that asks reads that it may not, and a library knows what to do.
    static let refused: [String] = [
        // The network, and what else connects processes.
        "socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "sendto", "recvfrom",
        "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "getsockname", "getpeername", "setsockopt",
        "getsockopt", "shmget", "shmat", "shmctl", "shmdt", "msgget", "msgsnd", "msgrcv", "msgctl", "semget",
        "semop", "semtimedop", "semctl", "mq_open", "mq_unlink", "mq_notify", "mq_timedsend",
        "mq_timedreceive", "mq_getsetattr",
        // Programs and processes; threads are made by clone().
        "execve", "execveat", "fork", "vfork", "setsid", "setpgid", "ptrace", "process_vm_writev",
        "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill",
        "kcmp", "process_madvise", "process_mrelease", "migrate_pages", "move_pages",
        // Who waits for whom, also in other programs of the user.
        "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity", "setpriority",
        "ioprio_set", "mbind", "set_mempolicy", "set_mempolicy_home_node", "flock", "inotify_init",
        "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "fanotify_init", "fanotify_mark",
        // Another user, or more than this one may.
        "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
        "setgroups", "capset", "personality", "keyctl", "add_key", "request_key",
        // What Landlock does not know of a file.
        "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat", "utime", "utimes",
        "futimesat", "utimensat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr",
        "fremovexattr", "truncate", "mknod", "mknodat", "name_to_handle_at", "open_by_handle_at", "sync",
        "syncfs",
        // Memory that no limit counts, ways around a filter, and around limits.
        "memfd_create", "memfd_secret", "splice", "tee", "vmsplice", "remap_file_pages", "io_setup",
        "io_destroy", "io_submit", "io_cancel", "io_getevents", "io_uring_setup", "io_uring_enter",
        "io_uring_register", "setrlimit", "userfaultfd", "bpf", "perf_event_open", "unshare", "setns",
        "seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "modify_ldt",
        // The machine.
        "mount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount",
        "fspick", "pivot_root", "chroot", "swapon", "swapoff", "reboot", "kexec_load", "kexec_file_load",
        "init_module", "finit_module", "delete_module", "settimeofday", "clock_settime", "clock_adjtime",
        "adjtimex", "sethostname", "setdomainname", "acct", "quotactl", "quotactl_fd", "syslog", "iopl",
        "ioperm", "vhangup", "lookup_dcookie",
    ]
}
