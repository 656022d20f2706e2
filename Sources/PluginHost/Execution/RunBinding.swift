import PluginInspection
import TextSupport

/// An entry of a plugin with a value for each of its arguments.
struct BoundCall {
    enum Argument {
        /// The host table of the instance that is called.
        case host
        case value(ForeignValue)
    }

    let operation: String
    let entry: PluginManifest.EntryPoint
    let arguments: [Argument]
    /// What the event itself says of the arguments, in the order of the note.
    var given: [(name: String, value: String)] = []
}

/// An instance whose file was found good and whose values fit.
struct BoundInstance {
    struct Event {
        let nanoseconds: UInt64
        /// As in `PluginRun.Event`; what an instance begins with by itself comes first.
        let order: Int
        /// Index in `calls`.
        let call: Int
    }

    let plan: PluginRun.Instance
    let file: PluginFile
    /// Every parameter with its value, in the order of the note.
    let parameters: [ParameterBinding]
    /// Each call of the instance once, however often it is made.
    let calls: [BoundCall]
    let events: [Event]
}

/// Inspects the files of a run and binds the values of its instances; nothing is loaded.
///
/// Goes on after a problem, so that all of them can be told.
struct RunBinding {
    private(set) var problems: [PluginRun.Failure] = []
    private let opened: PluginFiles
    private var told: Set<String> = []
    private var files: [String: PluginFile] = [:]
    private var refused: Set<String> = []

    init(_ opened: PluginFiles) { self.opened = opened }

    /// The file of a plugin, opened once; nil when it is refused.
    mutating func file(
        _ path: String, as kind: PluginManifest.Kind, place: String? = nil
    ) -> PluginFile? {
        let prefix = place.map { $0 + ": " } ?? ""
        if let file = files[path] {
            guard file.inspected.manifest.kind == kind else {
                tell(.refused(prefix + Self.wrongKind(path, wanted: kind)))
                return nil
            }
            return file
        }
        guard !refused.contains(path) else { return nil }
        do {
            files[path] = try opened.file(path)
            return file(path, as: kind, place: place)
        } catch {
            refused.insert(path)
            tell(.refused("\(prefix)\(error)"))
            return nil
        }
    }

    private static func wrongKind(_ path: String, wanted: PluginManifest.Kind) -> String {
        wanted == .workload
            ? "\(path): a strategy, not a workload; use it as --strategy \(path)"
            : "\(path): a workload, not a strategy; its note has no kind=strategy"
    }

    private mutating func tell(_ problem: PluginRun.Failure) {
        // The same line of a scene is bound for each of its instances and repetitions.
        if told.insert(problem.description).inserted { problems.append(problem) }
    }

    private mutating func tell(_ text: String, at place: PluginRun.Setting.Place) {
        switch place {
        case .option(let prefix): tell(.badSetting("--set \(prefix)\(text)"))
        case .file(let place): tell(.badScene("\(place): \(text)"))
        }
    }

    /// Binds an instance; nil when its file was refused.
    mutating func bind(_ plan: PluginRun.Instance) -> BoundInstance? {
        guard let file = file(plan.path, as: .workload, place: plan.pluginPlace) else { return nil }
        let manifest = file.inspected.manifest
        let good = plan.settings.filter { check($0, manifest) }
        guard let parameters = try? manifest.bind(settings: good.map { ($0.name, $0.value) }),
            let first = manifest.entries.first
        else { return nil }
        var calls: [BoundCall] = []
        var events: [BoundInstance.Event] = []
        var known: [CallKey: Int] = [:]
        for event in plan.events {
            let key = CallKey(event)
            if known[key] == nil, let call = bind(event, manifest, parameters) {
                known[key] = calls.count
                calls.append(call)
            }
            if let index = known[key] {
                events.append(.init(nanoseconds: event.nanoseconds, order: event.order, call: index))
            }
        }
        if plan.events.isEmpty {
            calls = [call(first, manifest, parameters)]
            events = [.init(nanoseconds: 0, order: .min, call: 0)]
        }
        return BoundInstance(plan: plan, file: file, parameters: parameters, calls: calls, events: events)
    }

    private mutating func check(_ setting: PluginRun.Setting, _ manifest: PluginManifest) -> Bool {
        do {
            _ = try manifest.bind(settings: [(setting.name, setting.value)])
            return true
        } catch {
            tell(error, in: setting)
            return false
        }
    }

    private mutating func tell(_ error: ParameterError, in setting: PluginRun.Setting) {
        // On the command line a wrong name is shown as it was written, value and all.
        if case .option = setting.place, error.code == .unknownName {
            tell("\(error.name)=\(error.text): \(error)", at: setting.place)
        } else {
            tell("\(error)", at: setting.place)
        }
    }

    /// Binds an operation: what the event says comes before what the instance says. Nil when there is
    /// no such operation or an argument is wrong.
    private mutating func bind(
        _ event: PluginRun.Event, _ manifest: PluginManifest, _ parameters: [ParameterBinding]
    ) -> BoundCall? {
        guard let entry = manifest.entry(ofOperation: event.operation) else {
            let names = manifest.entries.map { manifest.operationName(of: $0) }
            let near = Spelling.nearest(to: event.operation, among: names)
            tell(
                "no operation \(quoted(event.operation)); "
                    + (near.map { "did you mean \($0)?" } ?? "there are " + names.joined(separator: ", ")),
                at: event.place)
            return nil
        }
        var isGood = true
        for argument in event.arguments {
            guard check(argument, manifest) else {
                isGood = false
                continue
            }
            let taken = entry.signature.arguments.compactMap(\.name)
                .filter { $0 != PluginManifest.hostArgument }
            guard !taken.contains(argument.name) else { continue }
            isGood = false
            tell(
                "operation '\(event.operation)' takes no \(argument.name); "
                    + (taken.isEmpty ? "it takes nothing" : "it takes " + taken.joined(separator: ", ")),
                at: argument.place)
        }
        let values = parameters.map { ($0.parameter.name, $0.value.description) }
        let own = event.arguments.map { ($0.name, $0.value) }
        guard isGood, let bound = try? manifest.bind(settings: values + own) else { return nil }
        var call = call(entry, manifest, bound)
        call.given = bound.filter { binding in own.contains { $0.0 == binding.parameter.name } }
            .map { ($0.parameter.name, $0.value.description) }
        return call
    }

    /// Every argument of an entry is the host table or a parameter of the same type; the note was
    /// refused otherwise.
    private func call(
        _ entry: PluginManifest.EntryPoint, _ manifest: PluginManifest, _ bindings: [ParameterBinding]
    ) -> BoundCall {
        let arguments = entry.signature.arguments.map { argument -> BoundCall.Argument in
            guard let binding = bindings.first(where: { $0.parameter.name == argument.name }),
                let value = ForeignValue(binding.value, as: argument.type)
            else { return .host }
            return .value(value)
        }
        return BoundCall(
            operation: manifest.operationName(of: entry), entry: entry, arguments: arguments)
    }
}

/// What makes two calls of an instance the same.
private struct CallKey: Hashable {
    let operation: String
    let values: [[String]]
    let places: [PluginRun.Setting.Place]

    init(_ event: PluginRun.Event) {
        operation = event.operation
        values = event.arguments.map { [$0.name, $0.value] }
        places = event.arguments.map(\.place)
    }
}
