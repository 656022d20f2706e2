import ArgumentParser
import Glibc
import Reporting
import TextSupport

/// When to colour: `--color`.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    /// Colour on a terminal unless NO_COLOR is set or TERM is dumb. Follows no-color.org.
    var style: TextStyle {
        switch self {
        case .always: TextStyle(isColored: true)
        case .never: TextStyle(isColored: false)
        case .auto:
            TextStyle(
                isColored: isatty(STDOUT_FILENO) == 1 && (Terminal.environment("NO_COLOR") ?? "").isEmpty
                    && Terminal.environment("TERM") != "dumb")
        }
    }
}

/// How results are written: `--format`.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// Standard output, standard error and the environment.
enum Terminal {
    /// Columns and rows of a terminal.
    struct Size: Equatable {
        var columns: Int
        var rows: Int
    }

    /// The size of the terminal at standard output; nil where there is none, or one that does not tell.
    static var size: Size? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col > 0, size.ws_row > 0
        else { return nil }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Writes all of `bytes` to standard output. A reader that went away is no failure: there is
    /// nobody left to tell.
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        if let error = writeAll(bytes, to: STDOUT_FILENO), error != EPIPE {
            throw CommandFailure(.ioError, "standard output: \(message(error))")
        }
    }

    static func write(_ text: String) throws(CommandFailure) { try write(Array(text.utf8)) }

    /// Writes a result where `-o` says: a file, or standard output for nil and `-`.
    static func write(_ bytes: [UInt8], to output: String?) throws(CommandFailure) {
        if let output, output != "-" {
            try writeFile(bytes, path: output)
        } else {
            try write(bytes)
        }
    }

    /// One line on standard error, named as devemu's own.
    static func complain(_ text: String) { note("devemu: \(Human.printable(text))\n") }

    /// Text on standard error as it is.
    static func note(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }

    /// Writes a result to a name, as ``OutputFile`` does it.
    static func writeFile(_ bytes: [UInt8], path: String) throws(CommandFailure) {
        let file = try OutputFile(path)
        if let error = file.write(bytes) { throw OutputPlace.failure(path, error) }
        try file.publish()
    }

    /// Nil when all went out, else the errno.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return errno }
                // Whoever shares the descriptor made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&state, 1, -1)
                continue
            }
            offset += count
        }
        return nil
    }

    /// Writes everything from where `source` stands to its end; nil when all went out, else the errno.
    static func copyAll(from source: Int32, to descriptor: Int32) -> Int32? {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(source, &chunk, chunk.count)
            if count == 0 { return nil }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            if let error = writeAll(Array(chunk[..<count]), to: descriptor) { return error }
        }
    }

    /// A path from the root.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    static func message(_ error: Int32) -> String { String(cString: strerror(error)) }
}
