/// What the jobs of a sweep have in common: the scripts that sbatch is given.
///
/// Every path is absolute: sbatch copies a script elsewhere. The environment of the submitter stays behind,
/// or what happened to be set there would decide what comes of runs.
/// Follows sbatch(1) of Slurm 22.05.
public struct BatchScripts: Sendable, Hashable {
    /// devemu, the plan and the folder of results, all from the root.
    public var program: String
    public var plan: String
    public var folder: String
    /// Shards of the sweep.
    public var shards: Int
    /// Runs that a shard does at a time, each on a processor of its own.
    public var jobs: Int
    /// Shards that run at a time; nil for as many as the cluster likes.
    public var limit: Int?

    /// What is below the folder of results.
    public static let logFolder = "logs"
    public static let mergeLog = "merge.log"
    public static let store = "store.db"
    /// The names of the shards that are in the store.
    public static let storeShards = "store.shards"

    /// What a shard's tasks print, all of them in one file.
    public static func log(ofShard shard: Int) -> String { "shard-\(ShardNames.padded(shard)).log" }

    private let chdir: String
    private let shardLogPath: String
    private let mergeLogPath: String

    /// Nil for a folder whose path sbatch cannot be told: one with a backslash or a control character.
    public init?(program: String, plan: String, folder: String, shards: Int, jobs: Int, limit: Int?) {
        let logs = "\(folder)/\(Self.logFolder)"
        guard let chdir = ShellWord.directive(folder),
            let shardLog = ShellWord.logDirective(folder: logs, name: "shard-%5a.log"),
            let mergeLog = ShellWord.logDirective(folder: logs, name: Self.mergeLog)
        else { return nil }
        self.program = program
        self.plan = plan
        self.folder = folder
        self.shards = shards
        self.jobs = jobs
        self.limit = limit
        self.chdir = chdir
        shardLogPath = shardLog
        mergeLogPath = mergeLog
    }

    /// An array with a task for each of the shards.
    ///
    /// The signal comes to devemu, which the script becomes, a minute before the time limit: it stops between
    /// two runs.
    public func array(of tasks: TaskIndices) -> String {
        """
        #!/bin/bash
        # Shards of a sweep; written by 'devemu sweep submit' or 'resume'.
        #SBATCH --job-name=devemu-sweep
        #SBATCH --array=\(tasks)\(limit.map { "%\($0)" } ?? "")
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=\(jobs)
        #SBATCH --signal=B:TERM@60
        #SBATCH --output=\(shardLogPath)
        \(always)
        echo "shard $SLURM_ARRAY_TASK_ID of \(shards) on $SLURMD_NODENAME: job $SLURM_JOB_ID, \
        restart ${SLURM_RESTART_COUNT:-0}"
        exec \(ShellWord.bash(program)) sweep shard \(ShellWord.bash(plan)) \\
            --results \(ShellWord.bash(folder)) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" --jobs \(jobs)

        """
    }

    /// The job that puts all published shards into one store.
    ///
    /// It writes a store of its own, which takes the place of the one before: a merge that is run twice, or
    /// killed, leaves a store that is whole.
    public func merge() -> String {
        """
        #!/bin/bash
        # Published shards of a sweep into one store; written by 'devemu sweep submit' or 'resume'.
        #SBATCH --job-name=devemu-merge
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=1
        #SBATCH --output=\(mergeLogPath)
        \(always)
        set -euo pipefail
        shopt -s extglob nullglob
        cd \(ShellWord.bash(folder))
        shards=(\(ShardNames.pattern(of: shards)))
        echo "merging ${#shards[@]} of \(shards) shards"
        ((${#shards[@]})) || exit 0
        part=store.part-$SLURM_JOB_ID-${SLURM_RESTART_COUNT:-0}
        trap 'rm -f -- "$part".*' EXIT
        \(ShellWord.bash(program)) sweep merge --into "$part.db" "${shards[@]}"
        printf '%s\\n' "${shards[@]}" >"$part.shards"
        mv -- "$part.db" \(Self.store)
        mv -- "$part.shards" \(Self.storeShards)

        """
    }

    private var always: String {
        """
        #SBATCH --chdir=\(chdir)
        #SBATCH --open-mode=append
        #SBATCH --export=NONE
        #SBATCH --requeue
        """
    }
}
