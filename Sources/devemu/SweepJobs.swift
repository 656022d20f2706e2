import Sweeps

/// Hands shards of a sweep to Slurm, and the merge after them.
struct SweepJobs {
    let folder: SweepFolder
    private(set) var submission: Submission
    private let scripts: BatchScripts

    init(_ submission: Submission, in folder: SweepFolder) throws(CommandFailure) {
        let scripts = BatchScripts(
            program: submission.program, plan: submission.plan, folder: folder.path,
            shards: submission.shards, jobs: submission.jobs, limit: submission.limit)
        guard let scripts else {
            throw CommandFailure(
                .usage,
                "\(folder.path): sbatch cannot be told a folder with a backslash or a line break in its name; "
                    + "choose another")
        }
        self.folder = folder
        self.submission = submission
        self.scripts = scripts
    }

    /// Submits an array of the shards, and a job that merges when it has ended in any way.
    ///
    /// What sbatch has taken is written down at once: a folder tells of every job that was submitted for it.
    ///
    /// - Parameters:
    ///   - shards: none where only the merge is missing.
    ///   - earlier: jobs that the merge waits for as well.
    /// - Returns: the two jobs.
    mutating func submit(
        shards: [Int], after earlier: [Int] = []
    ) throws(CommandFailure) -> Submission.Jobs {
        let number = submission.submitted.count + 1
        var jobs = Submission.Jobs(array: nil, merge: nil)
        if !shards.isEmpty {
            let script = try folder.write(
                script: scripts.array(of: TaskIndices(shards)), name: "array-\(number).sh")
            jobs.array = try SlurmTools.submit(script, options: submission.options)
            submission.submitted.append(jobs)
            try folder.write(submission)
        } else {
            submission.submitted.append(jobs)
        }
        let script = try folder.write(script: scripts.merge(), name: "merge-\(number).sh")
        let awaited = (earlier + [jobs.array].compactMap(\.self)).map { ":\($0)" }.joined()
        do throws(CommandFailure) {
            jobs.merge = try SlurmTools.submit(
                script,
                options: submission.options + (awaited.isEmpty ? [] : ["--dependency=afterany\(awaited)"]))
        } catch {
            guard let array = jobs.array else { throw error }
            throw CommandFailure(
                error.status,
                "array \(array) is submitted, but not the job that merges after it: \(error.description); when "
                    + "the array is over: devemu sweep resume \(ShellWord.bash(folder.path))")
        }
        submission.submitted[number - 1] = jobs
        try folder.write(submission)
        return jobs
    }
}
