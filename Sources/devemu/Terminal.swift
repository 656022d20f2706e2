import ArgumentParser
import Glibc
import Reporting

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

    /// Writes a file whole or not at all: a temporary one beside it takes its place at the end.
    static func writeFile(_ bytes: [UInt8], path: String) throws(CommandFailure) {
        let temporary = "\(path).part-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure(.cannotCreate, "\(path): \(message(errno))") }
        var failure = writeAll(bytes, to: descriptor)
        if close(descriptor) != 0, failure == nil { failure = errno }
        if failure == nil, rename(temporary, path) != 0 { failure = errno }
        if let failure {
            unlink(temporary)
            throw CommandFailure(.cannotCreate, "\(path): \(message(failure))")
        }
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
                return errno
            }
            offset += count
        }
        return nil
    }

    /// A path from the root.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    static func message(_ error: Int32) -> String { String(cString: strerror(error)) }
}
