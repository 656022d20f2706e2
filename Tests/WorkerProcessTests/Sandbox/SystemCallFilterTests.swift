import Glibc
import Testing

@testable import WorkerProcess

/// The program of the filter, interpreted: for the processor that it runs on, and for the other one.
@Suite struct SystemCallFilterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var processor: SystemCallFilter.Processor
        var landlock: Int
        var testDescription: String { "\(processor), Landlock \(landlock)" }

        var architecture: UInt32 { processor == .x86 ? SeenCall.x86 : SeenCall.arm }
    }

    static let cases = SystemCallFilter.Processor.allCases.flatMap { processor in
        [0, 1, 2, 3, 4, 5, 6].map { Case(processor: processor, landlock: $0) }
    }

    /// A program and the table that it is held against.
    private struct Subject {
        static let process: UInt32 = 4242
        let program: [SystemCallFilter.Instruction]
        let table: CallTable
        let architecture: UInt32

        init(_ test: Case) throws {
            let filter = try #require(SystemCallFilter(for: test.processor, landlock: test.landlock))
            program = filter.instructions(in: Self.process)
            table = try CallTable(test.processor.rawValue)
            architecture = test.architecture
        }

        func answer(
            _ number: UInt32, _ arguments: [UInt64] = [], as other: UInt32? = nil
        ) throws -> FilterAnswer {
            try ClassicBPF.run(
                program,
                on: SeenCall(architecture: other ?? architecture, number: number, arguments: arguments))
        }

        func answer(_ name: String, _ arguments: UInt64...) throws -> FilterAnswer {
            try answer(try table.number(name), arguments)
        }
    }

    private static let refusal = FilterAnswer.error(UInt32(EPERM))
    private static let absence = FilterAnswer.error(UInt32(ENOSYS))

    @Test(arguments: cases)
    func `each system call of the table has its answer, and every other is none`(test: Case) throws {
        let subject = try Subject(test)
        var known: Set<UInt32> = []
        for call in subject.table.calls {
            known.insert(call.number)
            let expected: FilterAnswer
            switch call.answer {
            case .allowed: expected = .allow
            case .refused: expected = Self.refusal
            case .none: expected = Self.absence
            case .heldByLandlock: expected = test.landlock >= 1 ? .allow : Self.refusal
            case .byArgument: continue
            }
            for word in [UInt64(0), 1, .max] {
                let arguments = [UInt64](repeating: word, count: 6)
                let answer = try subject.answer(call.number, arguments)
                #expect(answer == expected, "\(call.number) \(call.name)")
            }
        }
        for number in UInt32(0)..<1024 where !known.contains(number) {
            #expect(try subject.answer(number) == Self.absence, "\(number)")
        }
    }

    @Test(arguments: cases)
    func `calls by the numbers of another interface end the process`(test: Case) throws {
        let subject = try Subject(test)
        let read = try subject.table.number("read")
        for other in [SeenCall.i386, SeenCall.x86, SeenCall.arm, 0] where other != test.architecture {
            #expect(try subject.answer(read, as: other) == .killProcess)
        }
        if test.processor == .x86 {
            #expect(try subject.answer(0x4000_0000 | read) == .killProcess)
        }
    }

    @Test(arguments: cases)
    func `an ioctl is allowed by its request, whatever its upper half is`(test: Case) throws {
        let subject = try Subject(test)
        let fionread: UInt64 = 0x541b
        for request in [fionread, 0x5421, 0x5450, 0x5451, fionread | 1 << 32] {
            #expect(try subject.answer("ioctl", 0, request) == .allow)
        }
        for request: UInt64 in [0x5401, 0x5413] {
            #expect(try subject.answer("ioctl", 0, request) == .error(UInt32(ENOTTY)))
        }
        // TIOCSTI, TIOCLINUX, TIOCSCTTY, FIOSETOWN, SIOCSPGRP, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR, FICLONE.
        let tiocsti: UInt64 = 0x5412
        for request in [
            tiocsti, 0x541c, 0x540e, 0x8901, 0x8902, 0x4008_6602, 0x401c_5820, 0x4004_9409, tiocsti | 1 << 32,
        ] {
            #expect(try subject.answer("ioctl", 0, request) == Self.refusal)
        }
        // A request of which nothing is known, such as one of a device driver.
        #expect(try subject.answer("ioctl", 0, 0xc0de_0001) == Self.absence)
    }

    @Test(arguments: cases)
    func `fcntl neither sets owners, leases and locks nor asks for signals`(test: Case) throws {
        let subject = try Subject(test)
        for command: UInt64 in [0, 1, 2, 3, 5, 1030] {
            #expect(try subject.answer("fcntl", 0, command, 1) == .allow)
        }
        #expect(try subject.answer("fcntl", 0, 4, UInt64(O_NONBLOCK)) == .allow)
        #expect(try subject.answer("fcntl", 0, 4, UInt64(O_NONBLOCK | 0o20000)) == Self.refusal)
        for command: UInt64 in [6, 7, 8, 10, 15, 37, 38, 1024, 1026, 1033, 8 | 1 << 32] {
            #expect(try subject.answer("fcntl", 0, command, 1) == Self.refusal)
        }
        #expect(try subject.answer("fcntl", 0, 9999, 1) == Self.absence)
    }

    @Test(arguments: cases)
    func `clone makes threads only`(test: Case) throws {
        let subject = try Subject(test)
        // As glibc and musl make them.
        #expect(try subject.answer("clone", 0x3d_0f00) == .allow)
        #expect(try subject.answer("clone", 0x7d_0f00) == .allow)
        // fork(), vfork().
        #expect(try subject.answer("clone", 0x11) == Self.refusal)
        #expect(try subject.answer("clone", 0x4111) == Self.refusal)
        for bit in [7, 12, 13, 14, 15, 17, 23, 25, 26, 27, 28, 29, 30, 31] {
            #expect(try subject.answer("clone", 0x3d_0f00 | 1 << bit) == Self.refusal, "bit \(bit)")
        }
        #expect(try subject.answer("clone", .max) == Self.refusal)
    }

    @Test(arguments: cases)
    func `signals and memory are those of the process itself`(test: Case) throws {
        let subject = try Subject(test)
        let own = UInt64(Subject.process)
        for name in ["kill", "tgkill", "process_vm_readv"] {
            #expect(try subject.answer(name, own, own) == .allow)
            for other in [0, 1, own + 1, own | 1 << 32, .max, UInt64(SystemCallFilter.ownProcess)] {
                #expect(try subject.answer(name, other, own) == Self.refusal, "\(name) \(other)")
            }
        }
        #expect(try subject.answer("prlimit64", 0, 7, 0) == .allow)
        #expect(try subject.answer("prlimit64", 0, 7, 0x7fff_0000_0000) == Self.refusal)
        #expect(try subject.answer("prlimit64", 0, 7, 1 << 32) == Self.refusal)
    }

    @Test(arguments: cases)
    func `prctl asks and names, and changes nothing of the process`(test: Case) throws {
        let subject = try Subject(test)
        for option: UInt64 in [2, 3, 15, 16, 38, 39, 0x5356_4d41] {
            #expect(try subject.answer("prctl", option) == .allow)
        }
        // PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_MM, PR_SET_CHILD_SUBREAPER, PR_SCHED_CORE.
        for option: UInt64 in [1, 4, 22, 35, 36, 62, 1 | 1 << 32] {
            #expect(try subject.answer("prctl", option) == Self.refusal)
        }
        #expect(try subject.answer("prctl", 0x7fff) == Self.absence)
    }

    @Test(arguments: cases)
    func `an opening is refused as far as Landlock of the revision would not hold it`(test: Case) throws {
        let subject = try Subject(test)
        let (create, truncate, temporary) = (UInt64(0o100), UInt64(0o1000), UInt64(0o20_000_000))
        func expect(_ flags: UInt64, from revision: Int, line: Int = #line) throws {
            let expected = test.landlock >= revision ? .allow : Self.refusal
            #expect(try subject.answer("openat", 0, 0, flags) == expected, "\(flags) of line \(line)")
            if test.processor == .x86 {
                #expect(try subject.answer("open", 0, flags) == expected, "\(flags) of line \(line)")
            }
        }
        // Reading, with the close-on-exec flag and in a folder.
        for flags: UInt64 in [0, 0o2000000, 0o200000, 0o2000000 | 0o200000] { try expect(flags, from: 0) }
        for flags in [1, 2, create, create | 1, temporary | 2, truncate | 1, create | truncate | 2] {
            try expect(flags, from: 1)
        }
        // Truncation by an opening for reading, or for neither.
        for flags in [truncate, truncate | 3, truncate | create, truncate | 0o2000000] {
            try expect(flags, from: 3)
        }
        #expect(try subject.answer("openat2", 0, 0, 0) == Self.absence)
    }

    @Test func `a program is short enough, and names its process in each place`() throws {
        for test in Self.cases {
            let filter = try #require(SystemCallFilter(for: test.processor, landlock: test.landlock))
            #expect(filter.instructions.count < 4096)
            // libseccomp may share a comparison between calls that end alike.
            let places = filter.instructions.filter { $0.operand == SystemCallFilter.ownProcess }
            #expect((1...6).contains(places.count))
            #expect(places.allSatisfy { $0.code == 0x15 })
        }
    }
}
