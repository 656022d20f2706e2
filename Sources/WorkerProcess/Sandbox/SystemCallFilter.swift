internal import CLibSeccomp
internal import Glibc

/// A program of classic BPF that answers each system call: what ``SystemCallTable`` allows goes through, what it
/// refuses is answered with EPERM, and everything else with ENOSYS. A call by the numbers of another processor or
/// interface (x32, 32 bits) ends the process with SIGSYS.
///
/// Follows seccomp(2) and libseccomp's seccomp_rule_add(3).
struct SystemCallFilter {
    /// One instruction; the kernel's `struct sock_filter`.
    struct Instruction: Equatable {
        var code: UInt16
        var whenTrue: UInt8
        var whenFalse: UInt8
        var operand: UInt32
    }

    /// By the names that libseccomp has for them.
    enum Processor: String, CaseIterable {
        case x86 = "x86_64"
        case arm = "aarch64"

        #if arch(arm64)
            static let native = arm
        #else
            static let native = x86
        #endif
    }

    let instructions: [Instruction]

    /// Stands for the id of the process in which the filter comes into force: the program is made once, before
    /// there are workers. No process has it; the kernel's highest is 2²².
    static let ownProcess: UInt32 = 0x7e57_ab1e
    /// Calls that go through when an argument is one number, and are refused for every other.
    private static let exact: [(name: String, argument: UInt32, value: UInt64)] = [
        // The only process that a plugin may signal or read.
        ("kill", 0, UInt64(ownProcess)), ("tgkill", 0, UInt64(ownProcess)),
        ("process_vm_readv", 0, UInt64(ownProcess)),
        // No new limit: the old one is asked for.
        ("prlimit64", 2, 0),
    ]

    /// - Parameters:
    ///   - landlock: the revision of Landlock that is in force, 0 for none; what it lacks is refused here.
    /// - Returns: nil when libseccomp cannot make the program.
    init?(for processor: Processor, landlock: Int) {
        guard let filter = seccomp_init(devemu_seccomp_refuse(ENOSYS)) else { return nil }
        defer { seccomp_release(filter) }
        if processor != .native {
            guard seccomp_arch_remove(filter, seccomp_arch_native()) == 0,
                seccomp_arch_add(filter, seccomp_arch_resolve_name(processor.rawValue)) == 0
            else { return nil }
        }
        // A binary search in place of a list of all calls.
        guard seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0,
            seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0
        else { return nil }
        func add(_ name: String, _ error: Int32, _ conditions: [scmp_arg_cmp] = []) -> Bool {
            let number = seccomp_syscall_resolve_name(name)
            // What libseccomp does not know gets ENOSYS, as everything else that is in no table.
            guard number != __NR_SCMP_ERROR else { return true }
            let action = error == 0 ? UInt32(SCMP_ACT_ALLOW) : devemu_seccomp_refuse(error)
            return seccomp_rule_add_array(filter, action, number, UInt32(conditions.count), conditions) == 0
        }
        let isWhole =
            SystemCallTable.allowed.allSatisfy { add($0, 0) }
            && SystemCallTable.heldByLandlock.allSatisfy { add($0, landlock >= 1 ? 0 : EPERM) }
            && SystemCallTable.refused.allSatisfy { add($0, EPERM) }
            && Self.exact.allSatisfy { call in
                [(SCMP_CMP_EQ, Int32(0)), (SCMP_CMP_NE, EPERM)].allSatisfy { comparison, error in
                    let condition = scmp_arg_cmp(
                        arg: call.argument, op: comparison, datum_a: call.value, datum_b: 0)
                    return add(call.name, error, [condition])
                }
            }
            && SystemCallRule.all(landlock: landlock).allSatisfy { rule in
                let conditions = rule.conditions.map {
                    scmp_arg_cmp(
                        arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
                }
                return add(rule.name, rule.error, conditions)
            }
        guard isWhole, let instructions = Self.export(filter) else { return nil }
        self.instructions = instructions
    }

    /// Reads the program through a pipe, which holds more than the 4096 instructions of the longest program.
    private static func export(_ filter: scmp_filter_ctx) -> [Instruction]? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        let size = MemoryLayout<sock_filter>.size
        var program = [sock_filter](repeating: sock_filter(), count: 4096)
        let isWritten = seccomp_export_bpf(filter, ends[1]) == 0
        close(ends[1])
        let count = program.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
        guard isWritten, count > 0, count % size == 0 else { return nil }
        return program.prefix(count / size).map {
            Instruction(code: $0.code, whenTrue: $0.jt, whenFalse: $0.jf, operand: $0.k)
        }
    }

    /// The program of a process.
    func instructions(in process: UInt32) -> [Instruction] {
        instructions.map { instruction in
            var instruction = instruction
            if instruction.operand == Self.ownProcess { instruction.operand = process }
            return instruction
        }
    }

    /// Puts the filter in force for the calling thread and all that it starts, for good; new privileges must have been
    /// given up.
    ///
    /// - Returns: whether it is; a kernel without seccomp is the reason when it is not.
    func install() -> Bool {
        var program = instructions(in: UInt32(getpid())).map {
            sock_filter(code: $0.code, jt: $0.whenTrue, jf: $0.whenFalse, k: $0.operand)
        }
        return devemu_seccomp_install(&program, UInt16(clamping: program.count)) == 0
    }

    /// Whether the kernel has seccomp filters.
    static var isAvailable: Bool { devemu_seccomp_is_there() != 0 }
}
