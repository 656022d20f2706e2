internal import Glibc
internal import PluginInspection

extension PluginRun {
    /// Paths of every plugin that has a part in the run, workloads first, each once.
    public var pluginPaths: [String] {
        var paths: [String] = []
        let strategies = instances.map { instance -> String? in
            if case .plugin(let path)? = instance.strategy { path } else { nil }
        }
        for path in instances.map(\.path) + (strategies + [strategyPath]).compactMap(\.self)
        where !paths.contains(path) { paths.append(path) }
        return paths
    }

    /// A place in the code of one of the run's plugins.
    public struct CodePlace: Sendable {
        /// Path of the plugin, as the run names it.
        public let plugin: String
        /// The function that has the place, and how many bytes it is after the function's beginning; nil without
        /// symbols.
        public let function: (name: String, offset: UInt64)?
    }

    /// Where an offset of a file that a worker of this process had mapped lies in a plugin; nil for a file that is
    /// not the copy of a plugin which was read ahead, see ``inspectAhead(with:strategies:)``.
    ///
    /// - Parameter inode: number of the file. Corresponds to the inode of /proc/PID/maps.
    public func place(inFile inode: UInt64, at offset: UInt64) -> CodePlace? {
        let plugin = inspected.compactMapValues { try? $0.get() }.first { _, file in
            var status = stat()
            return fstat(file.fileDescriptor, &status) == 0 && UInt64(status.st_ino) == inode
        }
        return plugin.map { path, file in
            CodePlace(plugin: path, function: FunctionNames(file)?.function(atFileOffset: offset))
        }
    }
}
