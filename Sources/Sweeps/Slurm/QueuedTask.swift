/// What Slurm's queue knows of one job or of one task of an array.
public struct QueuedTask: Sendable, Hashable {
    /// Of the array, or of the job that is none.
    public var job: Int
    /// The number of an array's task; nil for a job that is no array.
    public var index: Int?
    /// As squeue writes it, such as `RUNNING`.
    public var state: String
    /// Why it waits; `None` when it does not.
    public var reason: String

    /// Where a task is, told coarsely.
    public enum Standing: Sendable, Hashable {
        case waiting, running, over
    }

    /// What squeue has to be asked for: `squeue --noheader --array --states=all --format=…`.
    public static let format = "%F|%K|%T|%r"

    /// Reads a line of squeue; nil for any other text.
    public init?(parsing line: some StringProtocol) {
        let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let job = Int(fields[0]), !fields[2].isEmpty else { return nil }
        if fields[1] == "N/A" {
            index = nil
        } else {
            guard let number = Int(fields[1]) else { return nil }
            index = number
        }
        self.job = job
        state = String(fields[2])
        reason = String(fields[3])
    }

    /// Follows the job states of squeue(1). An unknown one counts as running: nothing is submitted once
    /// more that may still end well.
    public var standing: Standing {
        switch state {
        case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD": .waiting
        case "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
            "PREEMPTED", "REVOKED", "TIMEOUT":
            .over
        default: .running
        }
    }
}
