import Glibc

/// Paths that begin as a word of the command line does.
enum CompletedFiles {
    /// Folders, with a slash behind them, and files with one of the endings, in alphabetical order. Hidden
    /// ones only when the word begins so.
    static func list(_ prefix: String, endings: [String]) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let start = prefix.dropFirst(folder.count)
        return names(in: folder.isEmpty ? "." : folder).compactMap { name in
            guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
            var status = stat()
            guard stat(folder + name, &status) == 0 else { return nil }
            if status.st_mode & S_IFMT == S_IFDIR { return folder + name + "/" }
            return endings.contains(where: name.hasSuffix) ? folder + name : nil
        }
    }

    /// Everything in a folder but the folder itself and the one above it, in alphabetical order.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
