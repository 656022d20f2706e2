internal import CLibSeccomp
internal import Glibc

/// A system call whose arguments decide, as far as they are numbers that a filter can see.
struct SystemCallRule {
    /// True when the argument, with the bits of the mask, is a value.
    struct Condition {
        var argument: UInt32
        var mask: UInt64
        var value: UInt64

        /// For an argument of 32 bits, whose upper half the kernel does not look at.
        static func word(_ argument: UInt32, is value: UInt32) -> Condition {
            Condition(argument: argument, mask: 0xffff_ffff, value: UInt64(value))
        }

        static func bits(_ mask: UInt32, of argument: UInt32, are value: UInt32) -> Condition {
            Condition(argument: argument, mask: UInt64(mask), value: UInt64(value))
        }
    }

    var name: String
    /// 0 to let the call through, else its errno(3).
    var error: Int32
    /// All must be true; a call for which no rule is true is answered with ENOSYS.
    var conditions: [Condition]

    /// The rules of calls that are judged by their arguments. Those of one call that could be true together say the
    /// same, so that their order does not matter.
    ///
    /// - Parameter landlock: the revision in force, 0 for none.
    static func all(landlock: Int) -> [SystemCallRule] {
        ioctl + fcntl + prctl + clone + openings(landlock: landlock)
    }

    private static func rules(
        _ name: String, _ argument: UInt32, _ error: Int32, _ values: [UInt32]
    ) -> [SystemCallRule] {
        values.map { SystemCallRule(name: name, error: error, conditions: [.word(argument, is: $0)]) }
    }

    /// Requests by their numbers, which x86-64 and aarch64 share. Only requests about a descriptor itself go through.
    private static let ioctl =
        // FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
        rules("ioctl", 1, 0, [0x541b, 0x5421, 0x5450, 0x5451])
        // TCGETS and TIOCGWINSZ, by which libraries ask whether something is a terminal: for a plugin none is.
        + rules("ioctl", 1, ENOTTY, [0x5401, 0x5413])
        + rules(
            "ioctl", 1, EPERM,
            [
                // What types into a terminal, or takes one: TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCNOTTY, TIOCSETD,
                // TIOCSPGRP, TIOCCONS, TCSETS, TCSETSW, TCSETSF, TIOCSWINSZ.
                0x5412, 0x541c, 0x540e, 0x5422, 0x5423, 0x5410, 0x541d, 0x5402, 0x5403, 0x5404, 0x5414,
                // Signals to an owner: FIOASYNC, FIOSETOWN, SIOCSPGRP.
                0x5452, 0x8901, 0x8902,
                // Attributes of files: FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR, FS_IOC_SETVERSION, and its form
                // of 32 bits.
                0x4008_6602, 0x401c_5820, 0x4008_7602, 0x4004_6602,
                // Blocks and file systems: FICLONE, FICLONERANGE, FIDEDUPERANGE, FIFREEZE, FITHAW, FITRIM.
                0x4004_9409, 0x4020_940d, 0xc018_9436, 0xc004_5877, 0xc004_5878, 0xc018_5879,
            ])

    private static let fcntl =
        // F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_GETLK, F_OFD_GETLK, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ,
        // F_GET_SEALS.
        rules("fcntl", 1, 0, [0, 1, 2, 3, 5, 36, 1030, 1031, 1032, 1034])
        // F_SETFL, but for O_ASYNC: that sends signals.
        + [(UInt32(0), Int32(0)), (asynchronous, EPERM)].map { flag, error in
            SystemCallRule(
                name: "fcntl", error: error,
                conditions: [.word(1, is: 4), .bits(asynchronous, of: 2, are: flag)])
        }
        + rules(
            "fcntl", 1, EPERM,
            [
                // F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW: another program waits for a lock.
                6, 7, 37, 38,
                // F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to any process of the user.
                8, 10, 15,
                // F_SETLEASE, F_NOTIFY: others are held up, or watched. F_ADD_SEALS: the recorder is shared.
                1024, 1026, 1033,
            ])

    /// Options that ask, name, or are about this thread's own timers and floating point.
    private static let prctl =
        // PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP,
        // PR_CAPBSET_READ, PR_GET_SECUREBITS, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_SET_NO_NEW_PRIVS,
        // PR_GET_NO_NEW_PRIVS, PR_GET_THP_DISABLE, PR_SVE_GET_VL, PR_GET_TAGGED_ADDR_CTRL, PR_SET_VMA.
        rules(
            "prctl", 0, 0, [2, 3, 7, 15, 16, 21, 23, 27, 29, 30, 38, 39, 42, 51, 56, 0x5356_4d41])
        + rules(
            "prctl", 0, EPERM,
            [
                // PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_CAPBSET_DROP,
                // PR_SET_SECUREBITS, PR_MCE_KILL, PR_SET_MM, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT,
                // PR_SCHED_CORE, PR_SET_PTRACER.
                1, 4, 8, 22, 24, 28, 33, 35, 36, 47, 62, 0x5961_6d61,
            ])

    /// Threads of this process, and nothing that has namespaces, a parent or a debugger of its own.
    private static let clone: [SystemCallRule] = {
        let thread: UInt32 = 0x0001_0000
        // CLONE_NEWTIME, CLONE_PIDFD, CLONE_PTRACE, CLONE_VFORK, CLONE_PARENT, CLONE_UNTRACED, CLONE_NEWNS,
        // CLONE_NEWCGROUP to CLONE_NEWNET, CLONE_IO.
        let foreign: UInt32 = 0xfe82_f080
        let single = (0..<32).map { UInt32(1) << $0 }.filter { $0 & foreign != 0 }
        return [
            SystemCallRule(
                name: "clone", error: 0, conditions: [.bits(thread | foreign, of: 0, are: thread)]),
            SystemCallRule(name: "clone", error: EPERM, conditions: [.bits(thread, of: 0, are: 0)]),
        ]
            + single.map {
                SystemCallRule(name: "clone", error: EPERM, conditions: [.bits($0, of: 0, are: $0)])
            }
    }()

    /// O_ASYNC, and the flags of an opening; both processors have the same.
    private static let asynchronous: UInt32 = 0o20000
    private static let accessMode: UInt32 = 0o3
    private static let create: UInt32 = 0o100
    private static let truncate: UInt32 = 0o1000
    private static let temporaryFile: UInt32 = 0o20_000_000

    /// A filter cannot see a path: what Landlock cannot hold to the scratch folder is refused everywhere.
    private static func openings(landlock: Int) -> [SystemCallRule] {
        [("open", UInt32(1)), ("openat", 2)].flatMap { name, flags -> [SystemCallRule] in
            func rule(_ error: Int32, _ mask: UInt32, _ value: UInt32) -> SystemCallRule {
                SystemCallRule(name: name, error: error, conditions: [.bits(mask, of: flags, are: value)])
            }
            switch landlock {
            case 3...:
                return [SystemCallRule(name: name, error: 0, conditions: [])]
            case 1...:
                // These revisions know an opening for writing, and not that one for reading, or for neither
                // (both bits), truncates as well.
                let mode = truncate | accessMode
                return [
                    rule(0, truncate, 0), rule(0, mode, truncate | 1), rule(0, mode, truncate | 2),
                    rule(EPERM, mode, truncate), rule(EPERM, mode, truncate | 3),
                ]
            default:
                let writing = [UInt32(1), 2, create, truncate, temporaryFile]
                return [rule(0, writing.reduce(0, |), 0)] + writing.map { rule(EPERM, $0, $0) }
            }
        }
    }
}
