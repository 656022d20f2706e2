/// What Slurm's programs print, read.
public enum SlurmAnswers {
    /// The number of a job from `sbatch --parsable`, which may have the cluster's name behind it; nil for
    /// any other text.
    public static func job(_ text: String) -> Int? {
        guard let line = text.split(whereSeparator: \.isNewline).last,
            let number = line.split(separator: ";", omittingEmptySubsequences: false).first
        else { return nil }
        return Int(number)
    }

    /// Tasks that an array may have, with numbers from 1, by `scontrol show config`; nil when it does not say.
    ///
    /// `MaxArraySize` is one more than the largest number of a task.
    public static func mostTasks(_ text: String) -> Int? {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "=" }
            guard words.count == 2, words[0] == "MaxArraySize", let size = Int(words[1]) else { continue }
            return size > 1 ? size - 1 : nil
        }
        return nil
    }

    /// What a program of Slurm said went wrong, in one line and without its own name.
    public static func complaint(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            var line = Substring(line)
            for prefix in ["sbatch: ", "squeue: ", "scancel: ", "scontrol: ", "error: "]
            where line.hasPrefix(prefix) {
                line = line.dropFirst(prefix.count)
            }
            return line
        }
        return lines.isEmpty ? "no reason given" : lines.joined(separator: "; ")
    }

    /// Whether squeue complains of jobs that it no longer knows: they ended some minutes ago.
    public static func isForgotten(_ complaint: String) -> Bool { complaint.contains("Invalid job id") }
}
