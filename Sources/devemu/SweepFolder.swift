import Glibc
import Sweeps

/// The folder that a sweep on Slurm keeps its results in: what was submitted, scripts, logs, shards, store.
struct SweepFolder {
    private static let scriptFolder = "scripts"

    /// From the root.
    let path: String

    init(_ path: String) {
        let absolute = Terminal.absolute(path)
        self.path = absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    }

    // MARK: What was submitted

    /// Nil when nothing was.
    func submission() throws(CommandFailure) -> Submission? {
        let file = "\(path)/\(Submission.fileName)"
        guard access(file, F_OK) == 0 else { return nil }
        guard let submission = Submission(json: try InputFile.read(file, as: .submission, named: .inFile))
        else {
            throw CommandFailure(
                .badInput,
                "\(file): not as 'devemu sweep submit' writes it; submit the plan with another folder")
        }
        return submission
    }

    /// That of a folder that a user says was submitted.
    func existingSubmission() throws(CommandFailure) -> Submission {
        guard let submission = try submission() else {
            throw CommandFailure(
                .noInput,
                "\(path): no \(Submission.fileName) there; name the folder that 'devemu sweep submit --results' "
                    + "was given")
        }
        return submission
    }

    func write(_ submission: Submission) throws(CommandFailure) {
        let bytes: [UInt8]
        do {
            bytes = try submission.json()
        } catch {
            throw CommandFailure(.internalError, "\(error)")
        }
        try Terminal.writeFile(bytes, path: "\(path)/\(Submission.fileName)")
    }

    /// Makes the folders that are not there yet.
    func make() throws(CommandFailure) {
        for folder in [path, "\(path)/\(Self.scriptFolder)", "\(path)/\(BatchScripts.logFolder)"] {
            guard mkdir(folder, 0o777) != 0, errno != EEXIST else { continue }
            throw CommandFailure(.cannotCreate, "\(folder): \(Terminal.message(errno))")
        }
    }

    /// - Returns: the script's path.
    func write(script text: String, name: String) throws(CommandFailure) -> String {
        let file = "\(path)/\(Self.scriptFolder)/\(name)"
        try Terminal.writeFile(Array(text.utf8), path: file)
        return file
    }

    // MARK: What came of it

    func published(of count: Int) -> Set<Int> {
        Set(names.compactMap { ShardNames.shard(ofPublished: $0, of: count) })
    }

    /// Shards that somebody began and did not publish.
    func begun(of count: Int) -> Set<Int> {
        Set(names.compactMap { ShardNames.shard(ofPart: $0, of: count) }).subtracting(published(of: count))
    }

    /// Whether shards of any sweep are there.
    var hasShards: Bool { names.contains { $0.hasPrefix("shard-") } }

    var store: String { "\(path)/\(BatchScripts.store)" }

    /// Shards that the store holds; nil when there is none yet.
    func merged(of count: Int) throws(CommandFailure) -> Set<Int>? {
        let list = "\(path)/\(BatchScripts.storeShards)"
        guard access(store, F_OK) == 0, access(list, F_OK) == 0 else { return nil }
        let lines = String(decoding: try InputFile.read(list, as: .submission, named: .inFile), as: UTF8.self)
            .split(separator: "\n")
        return Set(lines.compactMap { ShardNames.shard(ofPublished: String($0), of: count) })
    }

    private var names: [String] { CompletedFiles.names(in: path) }
}
