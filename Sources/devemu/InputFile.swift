import Glibc

/// Files that commands read whole, whoever named them: regular files and pipes, up to what a file of their kind can
/// sensibly have.
enum InputFile {
    /// What a file is to be, and how many bytes it has at most.
    enum Kind: String, CaseIterable {
        case scene
        case grid
        case plan
        case plugin
        case costs = "cost profile"
        case state = "recording or state of a machine"
        case deviceTree = "device tree or command line"
        case log = "kernel log"
        case trace
        case captureFile = "file of a capture"
        case pins = "list of page frames"
        case result
        case submission = "list of a submission"
        case picture

        /// Bytes. Of a plan only one line is in memory at a time.
        var limit: Int {
            switch self {
            case .costs: 1 << 20
            case .scene, .grid: 16 << 20
            case .deviceTree, .submission: 64 << 20
            // /proc/kpageflags of 64 GiB, and some room.
            case .captureFile: 160 << 20
            case .pins, .picture: 256 << 20
            case .plugin, .state: 512 << 20
            case .log, .trace, .result: 1 << 30
            case .plan: .max
            }
        }

        /// Whether somebody may go on writing at its end: what is there when it is read counts.
        var mayGrow: Bool { self == .log || self == .trace }
    }

    /// Who says which file it is.
    enum Namer {
        /// A person, on the command line: it may be a pipe.
        case commandLine
        /// A scene, a grid or a plan: it is a regular file, which reads the same each time.
        case inFile
    }

    /// How long a FIFO is waited for that no program writes to, ms.
    private static let patience: Int32 = 5000

    /// The bytes of a file, or of standard input for `-`.
    ///
    /// - Throws: ``CommandFailure``: 66 for what is not there or cannot be opened; 65 for what is neither a regular
    ///   file nor a pipe, has more bytes than its kind allows, or is a FIFO without a writer; 75 for a file that
    ///   changes meanwhile; 74 when reading fails.
    static func read(
        _ path: String, as kind: Kind, named namer: Namer = .commandLine
    ) throws(CommandFailure) -> [UInt8] {
        guard path != "-" || namer == .inFile else {
            return try bytes(of: STDIN_FILENO, path, kind, expected: 0)
        }
        let (descriptor, status) = try opened(path, as: kind, named: namer)
        defer { close(descriptor) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let first = try awaitWriter(descriptor, path)
            return try bytes(of: descriptor, after: first, path, kind, expected: 0)
        }
        guard status.st_size <= kind.limit else { throw tooLarge(path, kind, found: "\(status.st_size)") }
        let bytes = try bytes(of: descriptor, path, kind, expected: status.st_size)
        var end = stat()
        guard fstat(descriptor, &end) == 0 else { throw failure(path, errno) }
        let isSame =
            end.st_size == status.st_size && end.st_mtim.tv_sec == status.st_mtim.tv_sec
            && end.st_mtim.tv_nsec == status.st_mtim.tv_nsec
        // Files of /proc and sysfs have no size.
        let isWhole = status.st_size == 0 || bytes.count >= status.st_size
        guard isWhole, isSame || kind.mayGrow && end.st_size > status.st_size else {
            throw CommandFailure(
                .temporary, "\(path): changed while it was read; try again when it is written")
        }
        return bytes
    }

    /// A descriptor of a regular file, closed on exec.
    static func openRegular(_ path: String, as kind: Kind) throws(CommandFailure) -> Int32 {
        try opened(path, as: kind, named: .inFile).descriptor
    }

    private static func opened(
        _ path: String, as kind: Kind, named namer: Namer
    ) throws(CommandFailure) -> (descriptor: Int32, status: stat) {
        var status = stat()
        // Opening a device can do something; so it is looked at first.
        guard stat(path, &status) == 0 else { throw failure(path, errno) }
        try check(status, path, kind, namer)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do throws(CommandFailure) {
            guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
            try check(status, path, kind, namer)
        } catch {
            close(descriptor)
            throw error
        }
        return (descriptor, status)
    }

    private static func check(
        _ status: stat, _ path: String, _ kind: Kind, _ namer: Namer
    ) throws(CommandFailure) {
        let found: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFIFO:
            guard namer == .inFile else { return }
            found = "a pipe"
        case S_IFDIR: found = "a folder"
        case S_IFSOCK: found = "a socket"
        default: found = "a device"
        }
        let wanted = namer == .inFile ? "a regular file" : "a regular file or a pipe"
        throw CommandFailure(.badInput, "\(path): is \(found); a \(kind.rawValue) is \(wanted)")
    }

    /// Waits until a program has a FIFO open for writing, and lets reads wait from then on.
    ///
    /// - Returns: what was read while it was looked for.
    private static func awaitWriter(_ descriptor: Int32, _ path: String) throws(CommandFailure) -> [UInt8] {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var first: [UInt8] = []
        if poll(&wanted, 1, patience) == 0 {
            // Without a writer this is the end of the file, with a slow one there is nothing yet.
            first = [UInt8](repeating: 0, count: 1 << 12)
            let count = Glibc.read(descriptor, &first, first.count)
            guard count != 0 else {
                throw CommandFailure(
                    .badInput, "\(path): no program writes to this pipe; start that first, or give a file")
            }
            first = Array(first[..<max(count, 0)])
        }
        guard fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) == 0 else {
            throw failure(path, errno)
        }
        return first
    }

    /// Everything up to the end of the file.
    ///
    /// - Parameters:
    ///   - first: what was read before.
    ///   - expected: how many bytes there probably are.
    private static func bytes(
        of descriptor: Int32, after first: [UInt8] = [], _ path: String, _ kind: Kind, expected: Int
    ) throws(CommandFailure) -> [UInt8] {
        var bytes = first
        bytes.reserveCapacity(expected)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    // Somebody else made standard input so.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    poll(&wanted, 1, -1)
                    continue
                }
                throw failure(path, errno, reading: true)
            }
            guard bytes.count + count <= kind.limit else {
                throw tooLarge(path, kind, found: "more than \(kind.limit)")
            }
            bytes += chunk[..<count]
        }
    }

    private static func tooLarge(_ path: String, _ kind: Kind, found: String) -> CommandFailure {
        CommandFailure(.badInput, "\(path): has \(found) bytes; a \(kind.rawValue) has at most \(kind.limit)")
    }

    private static func failure(_ path: String, _ error: Int32, reading: Bool = false) -> CommandFailure {
        let status: ExitStatus =
            switch error {
            case EISDIR, ENXIO: .badInput
            default: reading ? .ioError : .noInput
            }
        return CommandFailure(status, "\(path): \(Terminal.message(error))")
    }
}
