import KernelFormats
import Recordings
import Testing

/// What the kernel that a log is of changes in its explanation.
@Suite struct KernelExplanationTests {
    private func one(_ text: String, release: String?) throws -> Explanation.Case {
        let head = release.map { "<5>Linux version \($0) (root@vm) (gcc 12.2.0) #1 SMP\n" } ?? ""
        let log = try KernelLog(parsing: Array((head + text).utf8))
        let explanation = Explanation(of: log, file: "log", seeds: 2)
        #expect(explanation.release == release)
        return try #require(explanation.cases.first)
    }

    private func failure(_ function: String, errno: Int, map: String = "") -> String {
        "<3>cma: \(function): reserved: alloc failed, req-size: 257 pages, ret: \(errno)\n" + map
    }

    @Test(arguments: [
        ("6.1.192", "cma_alloc", "linux-6.1"), ("6.12.117", "__cma_alloc", "linux-6.12"),
        ("7.3.4", "__cma_alloc_frozen", "linux-7.3"), ("6.12.23-android16", "__cma_alloc", "android-6.12"),
        (nil as String?, "cma_alloc", "linux-6.1"), (nil, "__cma_alloc_frozen", "linux-7.3"),
    ])
    func `trials are decided by the kernel that the log names, else by the one that names its function so`(
        release: String?, function: String, kernel: String
    ) throws {
        let found = try one(failure(function, errno: -16), release: release)
        #expect(found.kernel == kernel)
        #expect(found.assumed.contains { $0.hasPrefix("decisions of \(kernel): ") } == (release != nil))
        #expect(
            found.assumed.contains { $0.contains("not checked against recordings") }
                == (kernel == "android-6.12"))
    }

    @Test func `a release that devemu does not know is named, and Linux 6.1 decides`() throws {
        let found = try one(failure("cma_alloc", errno: -16), release: "5.15.0")
        #expect(found.kernel == "linux-6.1")
        #expect(found.assumed.contains { $0.contains("devemu does not know Linux 5.15.0") })
    }

    @Test(arguments: [("6.12.117", FailureCause.windowsBusy), ("7.3.4", .noWindowOrBusy)])
    func `-EBUSY alone says that a window was tried only on kernels that answer -ENOMEM without one`(
        release: String, cause: FailureCause
    ) throws {
        #expect(try one(failure("__cma_alloc", errno: -16), release: release).cause == cause)
    }

    @Test func `-EBUSY rules out an alignment that leaves no window, where it is said only after one`() throws
    {
        // As Linux 6.12.117 printed it of a request through debugfs, which is not aligned.
        let text = """
            <3>cma: __cma_alloc: reserved: alloc failed, req-size: 16000 pages, ret: -16
            <6>cma: number of available pages: 9@16+16068@316=> 16077 free of 16384 total pages

            """
        let old = try one(text, release: "6.12.117")
        #expect(old.cause == .windowsBusy)
        #expect(old.align == 7)
        #expect(old.assumed.contains { $0.contains("only after it tried a window") })
        #expect(try one(text, release: "7.3.4").cause == .misaligned)
    }

    @Test func `a log without the bitmap is told why its kernel did not print one`() throws {
        func assumed(_ release: String) throws -> String {
            try one(failure("cma_alloc", errno: -12), release: release).assumed.joined(separator: "\n")
        }
        #expect(try assumed("6.1.192").contains("prints only with CONFIG_CMA_DEBUG"))
        #expect(try assumed("6.12.117").contains("the log is cut"))
    }
}
