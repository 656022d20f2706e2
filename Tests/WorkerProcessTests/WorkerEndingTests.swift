import Glibc
import Testing
import WorkerProcess

struct WorkerEndingTests {
    @Test(arguments: [
        (WorkerEnding.finished, "camera.so: finished"),
        (.failed(code: 5, message: "refused: no entry"), "camera.so: refused: no entry"),
        (.exited(status: 3), "camera.so: called exit(3) in phase run instead of returning"),
        (
            .signalled(number: SIGSEGV),
            "camera.so: killed by SIGSEGV in phase run (the worker process; nothing else was harmed)"
        ),
        (
            .timedOut(nanoseconds: 10_000_000_000),
            "camera.so: no end after 10 s in phase run, killed (raise --timeout)"
        ),
        (.garbled(reason: "why"), "camera.so: broke the worker's channel in phase run: why"),
    ])
    func everyEndingHasItsLine(ending: WorkerEnding, line: String) {
        #expect(ending.describe(plugin: "camera.so", phase: "run") == line)
    }

    @Test(arguments: [
        (UInt64(250_000_000), "0.25"), (1_500_000_000, "1.5"), (1, "0.000000001"), (0, "0"),
        (60_000_000_000, "60"), (10_000_000_001, "10.000000001"),
    ])
    func aTimeLimitIsToldInSeconds(nanoseconds: UInt64, seconds: String) {
        let line = WorkerEnding.timedOut(nanoseconds: nanoseconds).describe(plugin: "p", phase: "run")
        #expect(line == "p: no end after \(seconds) s in phase run, killed (raise --timeout)")
    }

    @Test func anEndingWithoutAPhaseSaysSo() {
        let line = WorkerEnding.signalled(number: SIGBUS).describe(plugin: "p", phase: nil)
        #expect(line.hasPrefix("p: killed by SIGBUS before its first phase"))
    }

    @Test func aMessageWithControlCharactersStaysOneLine() {
        let line = WorkerEnding.failed(code: 1, message: "a\nb\u{1b}[31m").describe(plugin: "p", phase: nil)
        #expect(line == "p: a b [31m")
    }
}
