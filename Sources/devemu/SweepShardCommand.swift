import ArgumentParser
import Glibc
import Reporting
import ResultStore
import Sweeps
import TextSupport

/// What a task of a job array runs.
struct SweepShardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shard",
        abstract: "Make one part of a plan and publish its results, once.",
        discussion: """
            The results are written to a store of this process's own and get their name in the folder when the part \
            is complete. Who comes second finds the name taken, compares, and leaves it at that: two that made the \
            same part have the same results, and a difference is an error. A part that was published is not made \
            again.
            """)

    @Argument(
        help: ArgumentHelp("A plan, as 'devemu sweep plan' writes it.", valueName: "plan"),
        completion: .file(extensions: ["jsonl"]))
    var plan: String

    @Option(
        help: ArgumentHelp("The folder that the parts are published in.", valueName: "folder"),
        completion: .directory)
    var results: String

    @Option(help: ArgumentHelp("Which part, 3/8 for the third of eight.", valueName: "part"))
    var shard: Shard

    @OptionGroup var workers: WorkerOptions

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    func run() throws {
        let files = ShardFiles(folder: results, shard: shard)
        let plan = try PlanFile(plan)
        if files.isPublished {
            try Terminal.write("\(files.published): was published before\n")
            return
        }
        let zygote = try SweepRuns.zygote(of: plan, workers: workers, sandboxing: sandboxing)
        let tally = try StoreInput.use {
            let store = try ResultStore(opening: files.part)
            // What others left who were stopped on the way; those that are still at it keep theirs.
            for left in files.partsOfOthers { _ = try? store.merge(from: left) }
            let tally = try SweepRuns(
                plan, shard: shard, into: store, workers: workers, zygote: zygote
            ).execute()
            if tally.left == 0 { try store.close() }
            return tally
        }
        try Terminal.write("shard \(shard): \(Human.count(tally.planned, "run")), \(tally.made) made\n")
        if tally.left == 0 {
            try files.publish()
            files.removeAbandoned()
        }
        // A run that ended badly is a result of the sweep: only what is left makes a task fail.
        var complete = tally
        complete.failed = 0
        try SweepText.end(complete, next: "'devemu sweep resume' submits the part again")
    }
}

/// The files of a part of a plan.
struct ShardFiles {
    private let folder: String
    private let name: String

    init(folder: String, shard: Shard) {
        self.folder = folder
        func digits(_ number: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, 5 - text.count)) + text
        }
        name = "shard-\(digits(shard.number))-of-\(digits(shard.count))"
    }

    /// Where the results are when the part is complete.
    var published: String { "\(folder)/\(name).db" }

    /// Where this process writes them. Of two copies of a task each has its own.
    var part: String {
        let job = Terminal.environment("SLURM_JOB_ID") ?? "local"
        let restart = Terminal.environment("SLURM_RESTART_COUNT") ?? "0"
        let owner = "\(job)-\(restart)".filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        return "\(folder)/\(name).part-\(owner).db"
    }

    /// Stores of the same part that others have begun and not published, in the order of their names.
    var partsOfOthers: [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let text = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if text.hasPrefix("\(name).part-"), text.hasSuffix(".db") { names.append("\(folder)/\(text)") }
        }
        return names.filter { $0 != part }.sorted()
    }

    var isPublished: Bool { access(published, F_OK) == 0 }

    /// Gives the complete part its name, or compares it with what has that name by now.
    ///
    /// Corresponds to link(2), which replaces nothing.
    func publish() throws {
        if let error = synced() {
            throw CommandFailure(.ioError, "\(part): \(Terminal.message(error))")
        }
        guard link(part, published) != 0 else {
            unlink(part)
            try Terminal.write("\(published): published\n")
            return
        }
        guard errno == EEXIST else {
            throw CommandFailure(.cannotCreate, "\(published): \(Terminal.message(errno))")
        }
        let isSame = try StoreInput.use {
            try StoreInput.contentHash(of: part) == StoreInput.contentHash(of: published)
        }
        guard isSame else {
            throw CommandFailure(
                .badInput,
                "\(published): somebody else published other results of the same runs; mine are kept in \(part): "
                    + "compare them with 'devemu sweep export'")
        }
        unlink(part)
        try Terminal.write("\(published): somebody else published the same results before\n")
    }

    /// Removes what those left who are no more; their runs are in the part that is published.
    func removeAbandoned() {
        for left in partsOfOthers where (try? ResultStore(opening: left).close()) != nil { unlink(left) }
    }

    /// Nil when the part is on the disk, else the errno.
    private func synced() -> Int32? {
        let descriptor = open(part, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? nil : errno
    }
}
