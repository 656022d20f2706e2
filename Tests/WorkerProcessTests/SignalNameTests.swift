import Glibc
import Testing
import WorkerProcess

struct SignalNameTests {
    @Test(arguments: [
        (SIGSEGV, "SIGSEGV"), (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGILL, "SIGILL"),
        (SIGFPE, "SIGFPE"), (SIGKILL, "SIGKILL"), (SIGTERM, "SIGTERM"), (SIGXCPU, "SIGXCPU"),
        (SIGSYS, "SIGSYS"), (SIGTRAP, "SIGTRAP"),
    ])
    func aSignalIsNamedAsInTheManual(number: Int32, name: String) {
        #expect(SignalName.name(of: number) == name)
    }

    @Test func everyStandardSignalHasAName() {
        for number: Int32 in 1...31 { #expect(SignalName.name(of: number).hasPrefix("SIG")) }
    }

    @Test func aSignalWithoutANameKeepsItsNumber() {
        #expect(SignalName.name(of: 42) == "signal 42")
    }
}
