internal import AllocationStrategies
internal import ELFInspection
public import Emulation
internal import ForeignCalls
import Glibc
public import Measurement
internal import PluginManifests

/// One run of one plugin on one emulated machine, from the file to the record.
///
/// A crash of the plugin is a crash of this process: call it in a worker.
public struct PluginRun {
    /// The parts of a run, in order; whoever watches is told of each.
    public enum Phase: String, Sendable {
        case inspect, load, run, report
    }

    /// Why a run came to no record.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// The plugin was not loaded, or not called; one line says why and what would be right.
        case refused(String)
        /// A `--set` that the plugin does not know or that is out of range.
        case badSetting(String)
        /// The machine cannot be set up.
        case badMachine(String)
        /// The entry point returned an error.
        case entryFailed(String)

        public var description: String {
            switch self {
            case .refused(let text), .badSetting(let text), .badMachine(let text), .entryFailed(let text):
                text
            }
        }
    }

    public var path: String
    /// Values for the plugin's parameters; the last of a name wins.
    public var settings: [(name: String, value: String)]
    public var machine: MachineConfiguration
    /// The file of a strategy that is a plugin itself; it replaces the machine's.
    public var strategyPath: String?
    public var onPhase: (Phase) -> Void
    public var onLine: (LogLine) -> Void

    public init(
        path: String, settings: [(name: String, value: String)], machine: MachineConfiguration,
        strategyPath: String? = nil, onPhase: @escaping (Phase) -> Void, onLine: @escaping (LogLine) -> Void
    ) {
        self.path = path
        self.settings = settings
        self.machine = machine
        self.strategyPath = strategyPath
        self.onPhase = onPhase
        self.onLine = onLine
    }

    /// Inspects the file, loads exactly what was inspected, and calls its first entry point.
    public func execute() throws(Failure) -> RunRecord {
        onPhase(.inspect)
        let file = try Self.open(path, as: .workload)
        let strategyFile: PluginFile? =
            if let strategyPath { try Self.open(strategyPath, as: .strategy) } else { nil }
        let manifest = file.inspected.manifest
        let bindings: [ParameterBinding]
        do {
            bindings = try manifest.bind(settings: settings)
        } catch {
            throw .badSetting(
                "--set \(error.code == .unknownName ? "\(error.name)=\(error.text): " : "")\(error)")
        }
        guard let entry = manifest.entries.first else { throw .refused("\(path): no entry point") }

        onPhase(.load)
        let function = try Self.load(entry, of: file, path: path)
        var strategy: PluginStrategy?
        var machine = machine
        var loaded: [String: any GatheringStrategy] = [:]
        if let strategyFile, let strategyPath, let entry = strategyFile.inspected.manifest.entries.first {
            let name = Self.fileName(strategyPath)
            strategy = PluginStrategy(function: try Self.load(entry, of: strategyFile, path: strategyPath))
            machine.strategy = .loaded(name: name)
            loaded[name] = strategy
        }
        let emulated: EmulatedMachine
        do {
            emulated = try EmulatedMachine(machine, loaded: loaded)
        } catch {
            throw .badMachine("\(error)")
        }
        emulated.onLine = onLine
        strategy?.attach(to: emulated)
        let table = HostTable(PluginInstance(machine: emulated))

        onPhase(.run)
        try call(function, entry, bindings, table)

        onPhase(.report)
        let parameters = bindings.map {
            PluginRecord.Setting(name: $0.parameter.name, value: $0.value.description)
        }
        return emulated.record(
            plugin: PluginRecord(
                id: manifest.id, version: manifest.version, contentHash: file.inspected.contentHash,
                parameters: parameters))
    }

    private static func open(_ path: String, as kind: PluginManifest.Kind) throws(Failure) -> PluginFile {
        let file: PluginFile
        do {
            file = try PluginFile.open(path: path, hostABI: HostABI.revisions)
        } catch {
            throw .refused("\(error)")
        }
        guard file.inspected.manifest.kind == kind else {
            throw .refused(
                kind == .workload
                    ? "\(path): a strategy, not a workload; use it as --strategy \(path)"
                    : "\(path): a workload, not a strategy; its note has no kind=strategy")
        }
        return file
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Loads the inode that was inspected, not whatever the path names by now. It is never unloaded:
    /// code of it may still be referenced, and the process ends soon.
    private static func load(
        _ entry: PluginManifest.EntryPoint, of file: PluginFile, path: String
    ) throws(Failure) -> ForeignFunction {
        guard let handle = dlopen("/proc/self/fd/\(file.fileDescriptor)", RTLD_NOW | RTLD_LOCAL) else {
            throw .refused("\(path): the dynamic loader refuses it: \(lastLoaderError())")
        }
        guard let address = dlsym(handle, entry.symbol) else {
            throw .refused("\(path): no symbol '\(entry.symbol)': \(lastLoaderError())")
        }
        do {
            return try ForeignFunction(address: address, signature: entry.signature)
        } catch {
            throw .refused("\(path): \(error)")
        }
    }

    /// The dynamic loader's reason, without the descriptor that it takes for the file's name.
    private static func lastLoaderError() -> String {
        let text = dlerror().map { String(cString: $0) } ?? "no reason given"
        guard text.hasPrefix("/proc/self/fd/"), let colon = text.firstIndex(of: ":") else { return text }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }

    private func call(
        _ function: ForeignFunction, _ entry: PluginManifest.EntryPoint, _ bindings: [ParameterBinding],
        _ table: HostTable
    ) throws(Failure) {
        var arguments: [ForeignValue] = []
        for argument in entry.signature.arguments {
            if argument.name == PluginManifest.hostArgument {
                arguments.append(.ptr(table.address))
            } else if let binding = bindings.first(where: { $0.parameter.name == argument.name }),
                let value = ForeignValue(binding.value, as: argument.type)
            {
                arguments.append(value)
            } else {
                throw .refused("argument '\(argument.name ?? "")' of '\(entry.symbol)' has no value")
            }
        }
        let result: ForeignValue
        do {
            result = try function.call(arguments)
        } catch {
            throw .refused("\(error)")
        }
        withExtendedLifetime(table) {}
        guard let code = Self.errorCode(result) else { return }
        let name = Self.fileName(path)
        let reason = (-4095..<0).contains(code) ? " (\(String(cString: strerror(Int32(-code)))))" : ""
        throw .entryFailed(
            "\(name): '\(entry.symbol)' returned \(code)\(reason) in phase \(Phase.run.rawValue)")
    }

    /// An entry point that returns an integer says with anything but zero that it failed.
    private static func errorCode(_ result: ForeignValue) -> Int64? {
        let code: Int64 =
            switch result {
            case .i8(let value): Int64(value)
            case .i16(let value): Int64(value)
            case .i32(let value): Int64(value)
            case .i64(let value): value
            case .u8(let value): Int64(value)
            case .u16(let value): Int64(value)
            case .u32(let value): Int64(value)
            case .u64(let value): Int64(truncatingIfNeeded: value)
            case .size(let value): Int64(truncatingIfNeeded: value)
            case .void, .f32, .f64, .ptr, .cstr: 0
            }
        return code == 0 ? nil : code
    }
}
