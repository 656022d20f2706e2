internal import PluginInspection

/// Plugin files that are opened and inspected once, for any number of runs, and what is bound to them.
///
/// Belongs to one thread.
public final class PluginFiles {
    private var opened: [String: Result<PluginFile, InspectionError>] = [:]
    /// What the last instance of each name was bound to: from one run to the next, most stay as they are.
    private var identities: [String: (instance: PluginRun.Instance, lines: [String])] = [:]

    private let known: [String: Result<PluginFile, InspectionError>]

    public convenience init() { self.init(known: [:]) }

    /// - Parameter known: files that were copied and inspected before, by path; they are what they were then, and one
    ///   that was refused stays so.
    init(known: [String: Result<PluginFile, InspectionError>]) { self.known = known }

    /// All that were asked for, by path.
    var all: [String: Result<PluginFile, InspectionError>] { known.merging(opened) { known, _ in known } }

    /// Every byte of the plugin at a path as every run of it will be given it, and what it needs that is neither the
    /// system's nor devemu's.
    ///
    /// - Throws: ``PluginRun/Failure`` for a file that the host could not load or call.
    public func content(
        ofPlugin path: String
    ) throws(PluginRun.Failure) -> (bytes: [UInt8], ownLibraries: [String]) {
        do {
            let file = try file(path)
            let libraries = file.inspected.libraries.filter(\.isOwn).map(\.path)
            return (try file.content(), libraries)
        } catch {
            throw .refused("\(error)")
        }
    }

    /// The file at a path as it was when it was first asked for.
    func file(_ path: String) throws(InspectionError) -> PluginFile {
        if let known = known[path] ?? opened[path] { return try known.get() }
        let result = Result { () throws(InspectionError) in
            try PluginFile.open(path: path, hostABI: HostABI.revisions)
        }
        opened[path] = result
        return try result.get()
    }

    /// What an instance was found to be the last time; nil when it is another now.
    func identity(of instance: PluginRun.Instance) -> [String]? {
        identities[instance.name].flatMap { $0.instance == instance ? $0.lines : nil }
    }

    func keep(_ lines: [String], asIdentityOf instance: PluginRun.Instance) {
        identities[instance.name] = (instance, lines)
    }
}
