import Sweeps
import TextSupport
import WorkerProcess

/// The programs of Slurm, run as a user runs them.
enum SlurmTools {
    /// Hands a script to Slurm.
    ///
    /// - Parameter options: of sbatch, before the script; they win over those in it.
    /// - Returns: the job's number.
    static func submit(_ script: String, options: [String]) throws(CommandFailure) -> Int {
        let answer = try run(["sbatch", "--parsable"] + options + [script])
        guard let job = SlurmAnswers.job(answer) else {
            throw CommandFailure(
                .temporary, "sbatch answered \(quoted(answer)) in place of a job's number; see 'squeue --me'")
        }
        return job
    }

    /// What the queue knows of some jobs; those that ended some minutes ago it has forgotten.
    static func queue(_ jobs: [Int]) throws(CommandFailure) -> [QueuedTask] {
        guard !jobs.isEmpty else { return [] }
        let command = [
            "squeue", "--noheader", "--array", "--states=all", "--format=\(QueuedTask.format)",
            "--jobs=\(jobs.map(String.init).joined(separator: ","))",
        ]
        let output = try output(of: command)
        if output.status != 0, SlurmAnswers.isForgotten(text(output.standardError)) { return [] }
        let lines = try succeeded(output, command[0]).split(whereSeparator: \.isNewline)
        return try lines.map { line throws(CommandFailure) in
            guard let task = QueuedTask(parsing: line) else {
                throw CommandFailure(
                    .temporary,
                    "squeue answered \(quoted(String(line))) where \(QueuedTask.format) was asked for")
            }
            return task
        }
    }

    /// Nothing more begins, what runs ends between two runs, and no task comes back.
    ///
    /// By itself scancel(1) tells the process that a batch script is nothing for as long as KillWait, and then
    /// kills it.
    static func cancel(_ jobs: [Int]) throws(CommandFailure) {
        let jobs = jobs.map(String.init)
        _ = try run(["scancel", "--state=PENDING"] + jobs)
        // Refused where nothing runs.
        _ = try output(of: ["scancel", "--batch", "--signal=TERM"] + jobs)
        _ = try run(["scancel"] + jobs)
    }

    /// Tasks that an array may have on this cluster.
    static func mostTasks() throws(CommandFailure) -> Int {
        guard let most = SlurmAnswers.mostTasks(try run(["scontrol", "show", "config"])) else {
            throw CommandFailure(
                .temporary,
                "this cluster runs no job arrays: 'scontrol show config' tells no MaxArraySize above 1")
        }
        return most
    }

    private static func run(_ command: [String]) throws(CommandFailure) -> String {
        try succeeded(try output(of: command), command[0])
    }

    private static func output(of command: [String]) throws(CommandFailure) -> ExternalTool.Output {
        let output: ExternalTool.Output?
        do {
            output = try ExternalTool.run(command)
        } catch {
            throw CommandFailure(.ioError, "\(command[0]): \(error)")
        }
        guard let output else {
            throw CommandFailure(
                .temporary,
                "there is no \(command[0]) on this machine; go to one that submits to Slurm, or run the plan "
                    + "here with 'devemu sweep run'")
        }
        return output
    }

    private static func succeeded(
        _ output: ExternalTool.Output, _ tool: String
    ) throws(CommandFailure) -> String {
        guard output.status == 0 else {
            let complaint = SlurmAnswers.complaint(text(output.standardError))
            throw CommandFailure(.temporary, "\(tool): \(complaint)")
        }
        return text(output.standardOutput)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
