import Glibc
import PluginHost
import Sweeps

/// A plan as the command line names it, read from its beginning as often as it is asked for.
struct PlanFile {
    /// As the command line names it.
    let path: String
    let header: PlanHeader
    private let subject: SweepSubject
    private let files = SweepFiles()
    private let pluginHashes: Set<String>

    /// Reads the first line and looks whether this devemu and the files of this machine are those that the plan
    /// was made with.
    init(_ path: String) throws {
        self.path = path
        let reader = try Self.reader(path)
        header = reader.header
        guard header.version == Devemu.version else {
            throw CommandFailure(
                .configuration,
                "\(path): planned with \(header.version), and this is \(Devemu.version): results would not belong "
                    + "together; plan the grid again")
        }
        subject = try SweepSubject(header, of: path)
        pluginHashes = Set(header.plugins.map(\.sha256))
        for file in header.plugins + header.files {
            let found = try Self.hash(of: file, files, isPlugin: pluginHashes.contains(file.sha256))
            guard found == file.sha256 else {
                throw CommandFailure(
                    .configuration,
                    "\(path): \(file.path) is not the file that was planned with (SHA-256 \(found.prefix(12))…, not "
                        + "\(file.sha256.prefix(12))…); put that back, or plan the grid again")
            }
        }
    }

    /// - Throws: for a plugin that is the planned one and cannot be used here.
    private static func hash(
        of file: PlanHeader.File, _ files: SweepFiles, isPlugin: Bool
    ) throws -> String {
        guard isPlugin else { return try files.hash(of: file.path) }
        do {
            return try files.hash(ofPlugin: file.path)
        } catch let error as CommandFailure where error.status == .pluginRefused {
            let found = try ContentHash(of: InputFile.read(file.path, as: .plugin, named: .inFile))
                .description
            guard found != file.sha256 else { throw error }
            return found
        }
    }

    /// Refuses a run with a plugin that is not one of the plan's: a path may lead elsewhere by now.
    private func checkPlugins(of run: PluginRun) throws {
        let paths = run.pluginPaths
        for path in paths {
            guard pluginHashes.contains(try files.hash(ofPlugin: path)) else {
                throw CommandFailure(
                    .configuration,
                    "\(self.path): \(path) is not a file that was planned with; put that back, or plan the grid again"
                )
            }
        }
    }

    /// Calls `body` for each run, in the order of the plan.
    ///
    /// - Throws: for a plan that was changed, with the line, and what `body` throws.
    func forEachRun(_ body: (PlannedRun) throws -> Void) throws {
        var runs = try runs()
        while let run = try runs.next() { try body(run) }
    }

    /// The runs one by one.
    func runs() throws -> Runs { Runs(path: path, reader: try Self.reader(path)) }

    struct Runs {
        let path: String
        var reader: PlanReader

        mutating func next() throws -> PlannedRun? {
            do {
                return try reader.next()
            } catch let error as PlanError {
                throw PlanFile.failure(error, path: path)
            }
        }
    }

    private static func reader(_ path: String) throws -> PlanReader {
        let file = try OpenedFile(path)
        do {
            return try PlanReader { try file.portion() }
        } catch let error as PlanError {
            throw failure(error, path: path)
        }
    }

    private static func failure(_ error: PlanError, path: String) -> CommandFailure {
        CommandFailure(.badInput, "\(path):\(error.line): \(error)")
    }

    /// The run with its machine, its devices and all their values.
    func plan(of run: PlannedRun) throws -> RunPlan {
        let given = header.keys.compactMap { key in
            run.values[key].map { GivenSetting(path: key, value: $0, source: path) }
        }
        var plan = try RunPlan(subject.input(given: given), files: files)
        if let problem = plan.problems.first { throw problem }
        let strategy = try run.strategy.map { name throws(CommandFailure) in
            try StrategyInput(parsing: header.plugins.first { $0.name == name }?.path ?? name)
        }
        plan = plan.with(strategy: strategy, seed: run.seed)
        try checkPlugins(of: plan.run)
        plan.run.inspectAhead(with: files.plugins)
        plan.run.recordsLatencies = true
        return plan
    }
}

/// A file that is read in portions and closed with its last reader.
private final class OpenedFile {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        // It is read several times from its beginning.
        descriptor = try InputFile.openRegular(path, as: .plan)
    }

    deinit { close(descriptor) }

    /// The next bytes; none at the end.
    func portion() throws(CommandFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &bytes, bytes.count)
            if count >= 0 { return Array(bytes[..<count]) }
            guard errno == EINTR else {
                throw CommandFailure(.ioError, "\(path): \(Terminal.message(errno))")
            }
        }
    }
}
