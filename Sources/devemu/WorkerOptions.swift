import ArgumentParser
import Glibc

/// How runs in worker processes are made: how many at a time, and how long one may take.
struct WorkerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Worker processes at a time (default: one for each CPU).", valueName: "number"))
    var jobs: Int?

    @OptionGroup var limit: RunTimeOption

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) {
            throw ValidationError("--jobs \(jobs) is no number from 1 to 1024")
        }
    }

    /// Worker processes at a time.
    var width: Int { max(jobs ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

    /// Of a run, s of real time.
    var timeout: Double { limit.timeout }
}

/// How long a run may take.
struct RunTimeOption: ParsableArguments {
    @Option(help: ArgumentHelp("Stop a run after so many seconds of real time.", valueName: "seconds"))
    var timeout = 60.0

    func validate() throws {
        guard timeout > 0, timeout <= 1e6 else {
            throw ValidationError("--timeout \(timeout) is no number of seconds above 0")
        }
    }
}
