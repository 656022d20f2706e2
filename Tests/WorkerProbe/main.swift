// A program that supervises itself: the two sides of WorkerProcess in one binary, as devemu has
// them. The tests run it with the name of one of the parts below.
import CShims
import Foundation
import WorkerProcess

func line(_ name: String, _ value: some CustomStringConvertible) -> WorkerFrame {
    .log(level: 0, message: "\(name)=\(value)")
}

/// Supervises `part` in a worker and prints what it reports.
func supervise(_ part: String) throws {
    if part == "quiet" { print("said by the parent") }
    let report = try WorkerSupervisor.run { frame in
        if case .log(_, let message) = frame { print(message) }
        fflush(nil)
    } body: { start in
        do {
            try work(part, start)
        } catch {
            print(error)
            exit(70)
        }
    }
    print("ending=\(report.ending)")
    print("stdout=\(report.standardOutput.text)", terminator: "")
}

/// Reports its process id and then never ends.
func hang(_ channel: WorkerChannel) -> Never {
    channel.send(line("pid", getpid()))
    while true { pause() }
}

/// Reports what adopting the channel has made of the process.
func inspectSelf(_ channel: WorkerChannel) -> Never {
    var core = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    let inheritable = (Int32(0)..<1024).filter { number in
        let flags = fcntl(number, F_GETFD)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? "recorder"
    let recorders = maps.split(separator: "\n").count { $0.contains("devemu-flight-recorder") }
    channel.send(line("core", core.rlim_max))
    channel.send(line("leader", getpgrp() == getpid()))
    channel.send(line("inheritable", inheritable))
    channel.send(line("recorders", recorders))
    print("printed by the worker")
    channel.send(.result([1]))
    channel.end(status: 0)
}

/// Prints a line, then crashes.
func printAndTrap() -> Never {
    print("the last words")
    abort()
}

/// Records calls of a host until it is asked to end, or crashes in the last of `count`.
func makeCalls(_ count: UInt64) throws -> Never {
    let channel = try WorkerStart(supervisor: getppid()).adopt()
    let recorder = try channel.startRecording()
    for number in 1...count {
        flight_recorder_enter(recorder, 7, 3, number, 0, 0, 0, 0xff)
        if number == count { abort() }
        if flight_recorder_leave(recorder, 7) {
            channel.send(.result([UInt8(truncatingIfNeeded: number)]))
            channel.end(status: 0)
        }
    }
    fatalError("there was a last call")
}

/// The worker's side.
func work(_ part: String, _ start: WorkerStart) throws -> Never {
    let channel = try start.adopt()
    switch part {
    case "hang": hang(channel)
    case "inspect": inspectSelf(channel)
    case "trap": printAndTrap()
    case "lose-channel":
        for number: Int32 in 3..<1024 { close(number) }
        channel.send(.result([1]))
        channel.end(status: 0)
    default:
        channel.send(.result([1]))
        channel.end(status: 0)
    }
}

do {
    switch (CommandLine.arguments.dropFirst().first, CommandLine.arguments.dropFirst(2).first) {
    case ("supervise", let part?): try supervise(part)
    case ("calls", let count?): try makeCalls(UInt64(count) ?? .max)
    default: exit(64)
    }
} catch {
    print(error)
    exit(70)
}
