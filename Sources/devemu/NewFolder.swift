import Glibc

/// A folder that appears whole or not at all.
enum NewFolder {
    /// Writes the files into a folder beside the wanted one, which takes its place at the end. What is
    /// there already stays as it is.
    ///
    /// - Parameter files: paths in the folder with their content.
    static func write(_ files: [(path: String, bytes: [UInt8])], path: String) throws(CommandFailure) {
        try refuseExisting(path)
        let path = withoutSlashes(path)
        let temporary = "\(path).part-\(getpid())"
        guard mkdir(temporary, 0o777) == 0 else {
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(errno))")
        }
        var made: [String] = []
        do throws(CommandFailure) {
            for file in files {
                try makeParents(of: file.path, in: temporary, &made)
                try Terminal.writeFile(file.bytes, path: "\(temporary)/\(file.path)")
            }
            try takePlace(temporary, path)
        } catch {
            for file in files { unlink("\(temporary)/\(file.path)") }
            for folder in made.reversed() { rmdir(folder) }
            rmdir(temporary)
            throw error
        }
    }

    /// Refuses a name that is taken, before anything is made for it.
    static func refuseExisting(_ path: String) throws(CommandFailure) {
        var status = stat()
        guard lstat(withoutSlashes(path), &status) != 0 else {
            throw CommandFailure(.cannotCreate, "\(path): is there already; choose another name")
        }
    }

    /// The name of a folder may end in slashes.
    private static func withoutSlashes(_ path: String) -> String {
        var name = path[...]
        while name.count > 1, name.last == "/" { name = name.dropLast() }
        return String(name)
    }

    /// The empty folder claims the name: rename() alone would take it from a folder that just appeared.
    private static func takePlace(_ temporary: String, _ path: String) throws(CommandFailure) {
        guard mkdir(path, 0o777) == 0 else {
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(errno))")
        }
        guard rename(temporary, path) == 0 else {
            let error = errno
            rmdir(path)
            throw CommandFailure(.cannotCreate, "\(path): \(Terminal.message(error))")
        }
    }

    private static func makeParents(
        of path: String, in folder: String, _ made: inout [String]
    ) throws(CommandFailure) {
        var parent = folder
        for part in path.split(separator: "/").dropLast() {
            parent += "/\(part)"
            guard !made.contains(parent) else { continue }
            guard mkdir(parent, 0o777) == 0 else {
                throw CommandFailure(.cannotCreate, "\(parent): \(Terminal.message(errno))")
            }
            made.append(parent)
        }
    }
}
