import CShims
import Foundation
import Testing

@testable import WorkerProcess

struct FlightRecorderTests {
    private static func run(
        _ arguments: String..., callLimit: UInt64 = .max, timeoutNanoseconds: UInt64? = nil
    ) throws -> (report: WorkerReport, result: [UInt8]?) {
        var result: [UInt8]?
        let program = StandInWorker.Program([try Probe.path] + arguments)
        let report = try WorkerSupervisor.run(
            timeoutNanoseconds: timeoutNanoseconds, callLimit: callLimit
        ) { frame in
            if case .result(let bytes) = frame { result = bytes }
        } body: { _ in
            program.take()
        }
        return (report, result)
    }

    @Test func aWorkerThatRecordsNothingLeavesAnEmptyReport() throws {
        let report = try StandInWorker.run("finish").report
        #expect(report.flight == FlightReport(of: flight_recorder()))
        #expect(report.flight.call == nil)
        #expect(report.flight.running == nil)
        #expect(report.flight.crash == nil)
        #expect(report.flight.brokenRule == nil)
    }

    @Test func aCrashIsToldWithTheCallItHappenedIn() throws {
        let report = try Self.run("calls", "5").report
        #expect(report.ending == .signalled(number: SIGABRT))
        #expect(
            report.flight.call
                == FlightReport.Call(
                    number: 5, caller: 7, function: 3, arguments: [5, 0, 0, 0, 0xff], isInside: true))
        #expect(report.flight.running == 7)
    }

    @Test func aCrashIsToldWithThePlacesInTheCodeThatLedThere() throws {
        let crash = try #require(try Self.run("calls", "1").report.flight.crash)
        #expect(crash.signal == SIGABRT)
        #expect(!crash.isOutOfMemory)
        #expect(crash.places.filter(\.isExact).count == 1)
        #expect(crash.places.first?.isExact == true)
        // abort() is the C library's; the probe called it.
        #expect(crash.places.first?.path.contains("libc") == true)
        let probe = try Probe.path
        let own = try #require(crash.places.first { $0.path == probe })
        #expect(!own.isExact)
        #expect(own.offset > 0)
        var status = stat()
        #expect(stat(probe, &status) == 0)
        #expect(own.inode == status.st_ino)
    }

    @Test(arguments: [1, 2, 100] as [UInt64])
    func aWorkerEndsBehindTheCallItIsLimitedTo(limit: UInt64) throws {
        let (report, result) = try Self.run("calls", "1000", callLimit: limit)
        #expect(report.ending == .finished)
        #expect(result == [UInt8(limit)])
        #expect(report.flight.call?.number == limit)
        #expect(report.flight.call?.isInside == false)
    }

    @Test func aWorkerThatRunsOutOfTimeStillSendsWhatItHas() throws {
        let (report, result) = try Self.run(
            "calls", "\(UInt64.max)", timeoutNanoseconds: 300_000_000)
        #expect(report.ending == .timedOut(nanoseconds: 300_000_000))
        #expect(result != nil)
    }

    @Test func mappingsAreReadAsProcHasThem() {
        let maps = """
            1000-2000 r--p 00000000 08:01 12 /plugins/a b.so
            5000-6000 r-xp 00003000 08:01 12                         /plugins/a b.so
            7000-8000 rw-p 00000000 00:00 0                          [heap]
            9000-a000 r-xp zz 08:01 13 /damaged
            """
        let report = FlightReport(of: flight_recorder()) { recorder in
            recorder.pointee.signal = SIGSEGV
            recorder.pointee.program_counter = 0x5010
            recorder.pointee.stack_words = 2
            recorder.pointee.maps_size = UInt32(maps.utf8.count)
            UnsafeMutableRawPointer(mutating: flight_recorder_maps(recorder)).copyMemory(
                from: maps, byteCount: maps.utf8.count)
            UnsafeMutablePointer(mutating: flight_recorder_stack(recorder))[1] = 0x5fff
        }
        #expect(
            report.crash?.places == [
                .init(path: "/plugins/a b.so", inode: 12, offset: 0x3010, isExact: true),
                .init(path: "/plugins/a b.so", inode: 12, offset: 0x3fff, isExact: false),
            ])
    }

    @Test func numbersBeyondTheMemoryAreNotBelieved() {
        let report = FlightReport(of: flight_recorder()) { recorder in
            recorder.pointee.signal = SIGSEGV
            recorder.pointee.maps_size = .max
            recorder.pointee.stack_words = .max
        }
        #expect(report.crash?.places == [])
    }

    @Test func theScratchFolderIsTheWorkersTmpdirAndGoesWithIt() throws {
        let report = try StandInWorker.run("tell-environment", "TMPDIR", "DEVEMU_WORKER_SCRATCH").report
        let folders = report.standardOutput.text.split(separator: "\n")
        #expect(folders.count == 2)
        #expect(folders.first == folders.last)
        let folder = String(try #require(folders.first))
        #expect(folder.contains("devemu-"))
        #expect(access(folder, F_OK) != 0)
    }

    @Test func whatIsLeftInAScratchFolderIsRemovedAndLinksAreNotFollowed() throws {
        let outside = FileManager.default.temporaryDirectory.path + "/devemu-outside-\(getpid())"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        var folder: ScratchFolder? = try ScratchFolder()
        let path = try #require(folder?.path)
        try FileManager.default.createDirectory(
            atPath: path + "/a/b", withIntermediateDirectories: true)
        try "x".write(toFile: path + "/a/b/c", atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: outside)
        folder = nil
        #expect(access(path, F_OK) != 0)
        #expect(access(outside, F_OK) == 0)
    }
}

extension FlightReport {
    /// The report of a recorder that was never shared.
    fileprivate init(
        of recorder: flight_recorder,
        filledBy fill: (UnsafeMutablePointer<flight_recorder>) -> Void = { _ in }
    ) {
        var copy = recorder
        self = withUnsafeMutablePointer(to: &copy) { pointer in
            fill(pointer)
            return FlightReport(pointer)
        }
    }
}
