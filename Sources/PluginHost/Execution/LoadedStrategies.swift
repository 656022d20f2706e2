import AllocationStrategies
import Emulation
import PluginInspection

/// The strategies of a run that are plugins.
struct LoadedStrategies {
    private let files: [String: PluginFile]
    private var names: [String: String] = [:]
    private var loaded: [(name: String, strategy: PluginStrategy)] = []

    private let session: HostSession
    /// The number of the first; those of the run's instances are lower.
    private let firstNumber: Int

    /// - Parameter files: the inspected files by their paths.
    init(_ files: [String: PluginFile], session: HostSession, firstNumber: Int) {
        self.files = files
        self.session = session
        self.firstNumber = firstNumber
    }

    /// By the names under which the machine asks for them.
    var instances: [String: any GatheringStrategy] {
        Dictionary(loaded.map { ($0.name, $0.strategy) }, uniquingKeysWith: { first, _ in first })
    }

    static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A strategy of an instance as the machine knows it.
    mutating func choice(
        _ source: PluginRun.StrategySource?, _ plugins: inout LoadedPlugins
    ) throws(PluginRun.Failure) -> StrategyChoice? {
        switch source {
        case nil: nil
        case .known(let strategy): .known(strategy)
        case .plugin(let path): try load(path, &plugins)
        }
    }

    /// Loads a strategy's function, once for each file.
    mutating func load(
        _ path: String, _ plugins: inout LoadedPlugins
    ) throws(PluginRun.Failure) -> StrategyChoice {
        if let name = names[path] { return .loaded(name: name) }
        guard let file = files[path], let entry = file.inspected.manifest.entries.first else {
            throw .refused("\(path): no entry point")
        }
        var name = Self.fileName(path)
        // Each strategy of the run needs a name of its own.
        if loaded.contains(where: { $0.name == name }) || Strategy.named(name) != nil { name = path }
        let function = try plugins.function(entry, of: file, path: path)
        names[path] = name
        let strategy = PluginStrategy(
            function: function, name: name, number: firstNumber + loaded.count, session: session)
        loaded.append((name, strategy))
        return .loaded(name: name)
    }

    func attach(to machine: EmulatedMachine, recorder: HostCallRecorder?) {
        for (_, strategy) in loaded { strategy.attach(to: machine, recorder: recorder) }
    }
}
