import Glibc
import Recordings

/// The files that a user names, and those of the folders among them.
enum CaptureFolder {
    private static let fileLimit = 10_000
    private static let depthLimit = 12

    /// Every regular file below the paths, in the order of their names; links to folders are not followed.
    static func files(_ paths: [String]) throws(CommandFailure) -> [CaptureFile] {
        var files: [CaptureFile] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw CommandFailure(.noInput, "\(path): \(Terminal.message(errno))")
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try add(path, depth: 0, to: &files)
            } else {
                files.append(CaptureFile(path: path, bytes: try InputFile.read(path, as: .captureFile)))
            }
        }
        return files
    }

    private static func add(
        _ folder: String, depth: Int, to files: inout [CaptureFile]
    ) throws(CommandFailure) {
        guard depth <= depthLimit else {
            throw CommandFailure(.badInput, "\(folder): folders \(depthLimit) deep: name that of one capture")
        }
        for name in try names(in: folder) {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try add(path, depth: depth + 1, to: &files)
            case S_IFREG:
                guard files.count < fileLimit, status.st_size <= InputFile.Kind.captureFile.limit else {
                    throw CommandFailure(
                        .badInput,
                        "\(path): more than \(fileLimit) files, or more than 160 MiB in one: name the folder "
                            + "of one capture")
                }
                files.append(
                    CaptureFile(path: path, bytes: try InputFile.read(path, as: .captureFile, named: .inFile))
                )
            default: break
            }
        }
    }

    private static func names(in folder: String) throws(CommandFailure) -> [String] {
        guard let stream = opendir(folder) else {
            throw CommandFailure(.noInput, "\(folder): \(Terminal.message(errno))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
