import Glibc

/// What a name that was given for an output stands for, with every link followed.
enum OutputPlace {
    /// A regular file that exists; its path has no link.
    case file(String)
    /// No file yet. Its folder exists and its path has no link.
    case newFile(String)
    /// A device, a FIFO, or a file that another process has open.
    case stream(String)
    /// A descriptor of this process, by a name such as `/dev/stdout` or `/dev/fd/63`.
    case descriptor(Int32)

    /// As many links as Linux follows in one path.
    private static let linkLimit = 40

    /// - Throws: exit code 73 for a folder, for a socket, and where no file can be.
    init(_ name: String) throws(CommandFailure) {
        var path = name
        for _ in 0...Self.linkLimit {
            guard let place = try Self.step(path, name, &path) else { continue }
            self = place
            return
        }
        throw Self.failure(name, ELOOP)
    }

    /// Whether it is a regular file, or will be.
    var isFile: Bool {
        switch self {
        case .file, .newFile: true
        case .stream, .descriptor: false
        }
    }

    static func failure(_ name: String, _ error: Int32) -> CommandFailure {
        CommandFailure(.cannotCreate, "\(name): \(Terminal.message(error))")
    }

    /// Looks at one path; nil for a link, whose target is `next`.
    private static func step(
        _ path: String, _ name: String, _ next: inout String
    ) throws(CommandFailure) -> OutputPlace? {
        let slash = path.lastIndex(of: "/")
        let last = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
        guard let folder = realPath(slash.map { String(path[...$0]) } ?? ".") else {
            throw failure(name, errno)
        }
        if let number = Int32(last), isOwnDescriptors(folder) {
            guard fcntl(number, F_GETFD) >= 0 else { throw failure(name, errno) }
            return .descriptor(number)
        }
        let place = folder == "/" ? "/\(last)" : "\(folder)/\(last)"
        var status = stat()
        guard !path.isEmpty, lstat(place, &status) == 0 else {
            guard !path.isEmpty, errno == ENOENT else { throw failure(name, path.isEmpty ? ENOENT : errno) }
            return .newFile(place)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(place)
        case S_IFDIR: throw CommandFailure(.cannotCreate, "\(name): is a folder; name a file in it")
        case S_IFSOCK:
            throw CommandFailure(
                .cannotCreate, "\(name): is a socket, which cannot be opened; name a file or a FIFO")
        case S_IFLNK:
            // What another process has open need not have a name.
            if folder.hasPrefix("/proc/"), folder.hasSuffix("/fd") { return .stream(place) }
            guard let target = linkTarget(place) else { throw failure(name, errno) }
            next = target.hasPrefix("/") ? target : "\(folder)/\(target)"
            return nil
        default: return .stream(place)
        }
    }

    /// Nil with errno where there is no such path.
    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isOwnDescriptors(_ folder: String) -> Bool {
        ["/proc/self/fd", "/proc/thread-self/fd"].contains { realPath($0) == folder }
    }

    /// Nil with errno for what is not a link.
    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

// MARK: Outputs beside inputs

extension OutputPlace {
    /// Holds the outputs of a command against each other and against its inputs, before anything runs.
    ///
    /// Devices, FIFOs and descriptors may serve several outputs. An input that does not exist is refused where it is
    /// read.
    ///
    /// - Parameters:
    ///   - outputs: options with the names that they were given; nil and `-` for standard output.
    ///   - inputs: files that the command reads; `-` for standard input.
    /// - Throws: exit code 64 when one file has two parts to play, and what ``init(_:)`` throws.
    static func check(
        _ outputs: [(option: String, name: String?)], inputs: [String]
    ) throws(CommandFailure) {
        var written: [(option: String, identity: String)] = []
        for (option, name) in outputs {
            guard let name, name != "-", let identity = try OutputPlace(name).identity else { continue }
            if let input = inputs.first(where: { Self.identity(ofInput: $0) == identity }) {
                throw CommandFailure(
                    .usage, "\(option) \(name): would replace the input \(input); name another file")
            }
            if let other = written.first(where: { $0.identity == identity }) {
                throw CommandFailure(
                    .usage, "\(option) \(name): is the file of \(other.option) too; name two files")
            }
            written.append((option, identity))
        }
    }

    /// What is the same for two names of one file; nil for what several outputs can share.
    private var identity: String? {
        switch self {
        case .file(let path): Self.identity(ofInput: path)
        case .newFile(let path): path
        case .stream, .descriptor: nil
        }
    }

    private static func identity(ofInput path: String) -> String? {
        var status = stat()
        let result = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(status.st_dev):\(status.st_ino)"
    }
}
