import KernelFormats
import PhysicalMemory
import Testing

@testable import Recordings

/// Captures of real machines by the kernel that they ran.
@Suite struct KernelCaptureTests {
    /// Exact calls of all calls of the capture's own trace, executed from the imported start.
    private func replay(_ files: [CaptureFile]) throws -> (exact: Int, calls: Int, judge: Kernel) {
        let imported = try ImportedMachine(try Capture(files))
        let trace = try #require(files.first { $0.path.hasSuffix("/trace") })
        let start = try #require(try Recording.starts(parsing: Array(imported.state.text.utf8)).first)
        let run = try TracedRun(FTrace(parsing: trace.bytes), start: start, mode: "normal")
        let replay = try Replay.once(run.recording)
        return (replay.exact, replay.calls, replay.judge)
    }

    @Test(arguments: [
        ("linux-6.12-mix-normal", Kernel.linux6_12, 298), ("linux-7.3-mix-normal", .linux7_3, 298),
        ("linux-7.3-thp-mix-normal", .linux7_3, 230),
    ])
    func `a capture is imported and its own trace replayed by its kernel`(
        name: String, kernel: Kernel, calls: Int
    ) throws {
        let result = try replay(RealCapture.files(of: name))
        #expect(result.judge == kernel)
        #expect(result.calls == calls)
        #expect(100 * result.exact >= 99 * calls, "\(result.exact) of \(calls)")
    }

    @Test func `a capture of arm64 lies where its memory does, and names its kernel`() throws {
        let imported = try ImportedMachine(try Capture(RealCapture.files(of: "arm64-4k-mix-normal")))
        #expect(imported.report.kernel == "6.12.117")
        #expect(imported.report.firstPFN == 1 << 18)
        #expect(imported.report.areas.map(\.basePFN) == [327_680])
        #expect(imported.report.skipped.allSatisfy { $0.file.hasSuffix("/iomem") })
    }

    @Test func `a trace beside a state of another kernel is refused`() throws {
        let files = try RealCapture.files(of: "linux-7.3-mix-normal")
        let trace = try FTrace(parsing: try #require(files.first { $0.path.hasSuffix("/trace") }).bytes)
        let other = try ImportedMachine(try Capture(RealCapture.files(of: "linux-6.12-mix-normal"))).state
        let start = try #require(try Recording.starts(parsing: Array(other.text.utf8)).first)
        let error = #expect(throws: KernelFormatError.self) {
            try TracedRun(trace, start: start, mode: "normal")
        }
        #expect(
            error?.description.contains(
                "the form of linux-7.3, and the start is of Linux 6.12.117 (linux-6.12)")
                == true, "\(error?.description ?? "")")
    }

    // MARK: Ranges

    private func file(_ name: String, _ text: String) -> CaptureFile {
        CaptureFile(path: "sys/kernel/debug/cma/linux,cma/" + name, bytes: Array(text.utf8))
    }

    @Test func `the files of the first range stand in for links that a copy has lost`() throws {
        let all = SampleCapture.all
        let expected = try ImportedMachine(try Capture(all)).state
        let moved = all.map { file in
            guard file.path.contains("/cma/"),
                file.path.hasSuffix("/base_pfn") || file.path.hasSuffix("/bitmap")
            else { return file }
            let parts = file.path.split(separator: "/")
            let folder = parts.dropLast().joined(separator: "/")
            return CaptureFile(path: "\(folder)/ranges/0/\(parts.last ?? "")", bytes: file.bytes)
        }
        #expect(moved.contains { $0.path.contains("/ranges/0/") })
        #expect(try ImportedMachine(try Capture(moved)).state == expected)
    }

    @Test func `an area of two ranges, and two places of one range, are refused with what would do`() throws {
        func complaint(_ name: String, _ text: String) throws -> String? {
            #expect(throws: CaptureError.self) {
                try ImportedMachine(try Capture(SampleCapture.all + [file(name, text)]))
            }?.description
        }
        #expect(
            try complaint("ranges/1/base_pfn", "9\n")?.contains("an import takes areas of one range") == true)
        #expect(try complaint("ranges/0/base_pfn", "9\n")?.contains("of two machines") == true)
    }

    // MARK: Dumps

    @Test(arguments: Kernel.all)
    func `a dump has the files of its kernel, and is imported as the same machine`(kernel: Kernel) throws {
        var state = try ImportedMachine(try Capture(SampleCapture.all)).state
        state.kernel = [.init(key: "version", value: kernel.releases.text), .init(key: "cpus", value: "2")]
        let tree = try CaptureTree(startingFrom: state)
        let names = tree.files.map(\.path)
        let counters = names.filter { $0.hasPrefix("sys/kernel/mm/cma/") }.compactMap {
            $0.split(separator: "/").last
        }
        #expect(counters.map(String.init) == kernel.formats.areaCounters.map(\.rawValue))
        #expect(names.contains { $0.hasSuffix("/ranges/0/bitmap") } == (kernel.formats.areaFolder == .ranges))
        let again = try ImportedMachine(try Capture(tree.files))
        #expect(again.report.kernel == kernel.releases.text)
        #expect(try again.state.judge() == kernel)
        #expect(again.state.areas.map(\.basePFN) == state.areas.map(\.basePFN))
    }

    @Test func `available pages are those that nobody has allocated`() throws {
        var state = try ImportedMachine(try Capture(SampleCapture.all)).state
        state.kernel = [.init(key: "version", value: "7.3.4")]
        let files = try CaptureTree(startingFrom: state).files
        func text(_ name: String) -> String? {
            files.first { $0.path.hasSuffix(name) }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(text("/total_pages") == "64\n")
        #expect(text("/available_pages") == "59\n")
    }
}
