import Foundation
import Testing

@testable import WorkerProcess

struct ForkedWorkerTests {
    @Test func aWorkerInheritsFiveDescriptorsOnly() throws {
        // One that would survive exec, were it not closed.
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let report = try StandInWorker.run("tell-descriptors").report
        #expect(report.standardOutput.text == "0 1 2 3 4 ")
    }

    @Test func aWorkerReadsNothingFromStdin() throws {
        #expect(try StandInWorker.run("read-stdin").report.standardOutput.text == "0")
    }

    @Test func aWorkerStartsWithNoBlockedOrIgnoredSignals() async throws {
        await #expect(processExitsWith: .success) {
            signal(SIGUSR1, SIG_IGN)
            var blocked = sigset_t()
            sigaddset(&blocked, SIGUSR2)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            let report = try StandInWorker.run("tell-signals").report
            exit(report.standardOutput.text == "0 1" ? 0 : 1)
        }
    }

    @Test func aWorkerHasTheVariablesOfItsParent() async throws {
        await #expect(processExitsWith: .success) {
            setenv("STAND_IN_KEPT", "a=b", 1)
            let report = try StandInWorker.run("tell-environment", "STAND_IN_KEPT", "STAND_IN_NONE").report
            exit(report.standardOutput.text == "a=b\nunset\n" ? 0 : 1)
        }
    }

    @Test func whatTheParentHadNotYetPrintedIsNotPrintedByTheWorkerToo() throws {
        let lines = try Probe.lines(of: "quiet")
        #expect(lines == ["said by the parent", "ending=finished", "stdout="])
    }

    @Test func aWorkerCannotReachTheFlightRecordersOfOthers() throws {
        #expect(try Probe.lines(of: "inspect").contains("recorders=0"))
    }
}
