internal import CLibSeccomp
internal import Glibc

/// The system calls that a plugin has no business with: they reach other processes, other machines or the
/// machine itself. Each is refused with EPERM; everything else goes through.
enum SystemCallFilter {
    /// Refused whatever their arguments are.
    private static let refused: [String] = [
        // The network, and what else connects processes.
        "socket", "shmget", "msgget", "semget", "mq_open",
        // Programs and processes; threads are the next table's.
        "execve", "execveat", "fork", "vfork", "setsid", "setpgid", "ptrace", "process_vm_writev",
        "pidfd_open",
        "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill", "kcmp",
        // What Landlock does not know of a file.
        "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat", "utime", "utimes",
        "futimesat", "utimensat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr",
        "fremovexattr", "truncate",
        // Ways around a filter, and around limits.
        "io_uring_setup", "setrlimit", "userfaultfd", "bpf", "perf_event_open", "unshare", "setns",
        "seccomp",
        // The machine.
        "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount", "pivot_root", "chroot", "swapon",
        "swapoff", "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
        "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "acct",
        "quotactl", "syslog", "iopl", "ioperm", "keyctl", "add_key", "request_key", "open_by_handle_at",
    ]

    /// fchmodat2, which libseccomp 2.5 does not know; the number is the same everywhere.
    private static let fchmodat2: Int32 = 452

    /// Sets the filter for all threads of this process.
    ///
    /// - Returns: whether it is in force; a kernel without seccomp is the reason when it is not.
    ///
    /// Corresponds to seccomp_load(3).
    static func load() -> Bool {
        guard let filter = seccomp_init(UInt32(SCMP_ACT_ALLOW)) else { return false }
        defer { seccomp_release(filter) }
        let refuse = devemu_seccomp_refuse(EPERM)
        func add(_ number: Int32, _ action: UInt32, _ condition: scmp_arg_cmp? = nil) -> Bool {
            // A call that this processor does not have cannot be made.
            guard number != -1 else { return true }
            let conditions = [condition].compactMap(\.self)
            return seccomp_rule_add_array(filter, action, number, UInt32(conditions.count), conditions) == 0
        }
        let own = UInt64(getpid())
        let threadFlag = devemu_clone_thread
        let conditions: [(name: String, condition: scmp_arg_cmp)] = [
            ("kill", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: own, datum_b: 0)),
            ("tgkill", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: own, datum_b: 0)),
            ("process_vm_readv", scmp_arg_cmp(arg: 0, op: SCMP_CMP_NE, datum_a: own, datum_b: 0)),
            ("clone", scmp_arg_cmp(arg: 0, op: SCMP_CMP_MASKED_EQ, datum_a: threadFlag, datum_b: 0)),
            (
                "prctl",
                scmp_arg_cmp(
                    arg: 0, op: SCMP_CMP_EQ, datum_a: devemu_set_parent_death_signal_option, datum_b: 0)
            ),
            ("prlimit64", scmp_arg_cmp(arg: 2, op: SCMP_CMP_NE, datum_a: 0, datum_b: 0)),
        ]
        var isWhole =
            refused.allSatisfy { add(seccomp_syscall_resolve_name($0), refuse) }
            && add(fchmodat2, refuse)
            && conditions.allSatisfy { add(seccomp_syscall_resolve_name($0.name), refuse, $0.condition) }
        // Its arguments are in memory, where a filter cannot look: without it threads are made by clone().
        isWhole =
            isWhole && add(seccomp_syscall_resolve_name("clone3"), devemu_seccomp_refuse(ENOSYS))
        return isWhole && seccomp_load(filter) == 0
    }
}
