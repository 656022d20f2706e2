import Glibc
import PluginInspection

extension FuzzTarget {
    /// A plugin's file.
    static let plugin = FuzzTarget("plugin") { bytes in
        let file = try file(holding: bytes)
        defer { close(file) }
        do {
            let plugin = try PluginFile.inspect(fileDescriptor: file, name: "plugin", hostABI: 1...2)
            try promise(plugin.size == bytes.count, "a file of \(bytes.count) bytes has \(plugin.size)")
            try promise(plugin.contentHash.utf8.count == 16, "the hash is \(plugin.contentHash)")
            try promise(!plugin.manifest.entries.isEmpty, "a plugin without an entry")
        } catch let error as InspectionError {
            try checkRefusal(error.description)
        }
        // After a crash the names are looked up in whatever stands at the plugin's path then.
        let names = FunctionNames(path: "/proc/self/fd/\(file)")
        for offset in [0, UInt64(bytes.count / 2), .max] { _ = names?.function(atFileOffset: offset) }
    }

    /// A file without a name, in memory where the system has a place for such files.
    private static func file(holding bytes: [UInt8]) throws -> Int32 {
        let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(folder)/devemu-fuzz-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Finding(description: "mkstemp: errno \(errno)") }
        unlink(template)
        guard write(file, bytes, bytes.count) == bytes.count else {
            close(file)
            throw Finding(description: "write: errno \(errno)")
        }
        return file
    }
}
