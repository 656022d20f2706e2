import Glibc
import Testing

/// A temporary directory in which one test compiles plugins. Removed with the object.
final class PluginBuilder {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The body of a plugin that is good in every respect; its note is `note(_:)`.
    static let goodNote = note(
        "entry=run:i32(ptr host, u32 pages)", "param=pages:u32:1:1..1024:pages to take")
    static let goodEntry =
        "DEVEMU_EXPORT int32_t run(const struct devemu_host *host, uint32_t pages) { (void)host; return (int32_t)pages; }\n"
    static let goodSource = goodNote + goodEntry

    let directory: String

    init() throws {
        var template = Array("/tmp/devemu-elf-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp: \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = try? run(["rm", "-rf", directory])
    }

    /// The macro with the required fields and more.
    static func note(_ fields: String...) -> String {
        let all =
            ["id=org.example.good", "version=1.0", "license=Apache-2.0", "summary=is good"] + fields
        return "DEVEMU_PLUGIN_NOTE(" + all.map { "\"\($0)\\0\"" }.joined(separator: " ") + ")\n"
    }

    /// Compiles C (or, with `g++`, C++) and returns the path of the result.
    func build(
        _ source: String, compiler: String = "cc", flags: [String] = ["-shared", "-fPIC"],
        name: String = "plugin"
    ) throws -> String {
        let sourcePath = path(name + (compiler == "g++" ? ".cpp" : ".c"))
        let output = path(name + ".so")
        try write(Array("#include <devemu/plugin.h>\n".utf8) + Array(source.utf8), to: sourcePath)
        try run([compiler, "-I", Self.headers, "-fvisibility=hidden", "-o", output, sourcePath] + flags)
        return output
    }

    func path(_ name: String) -> String { directory + "/" + name }

    func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw Failure(description: "\(path) cannot be written: \(errno)")
        }
    }

    func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var status = stat()
        guard file >= 0, fstat(file, &status) == 0 else { throw Failure(description: "no \(path)") }
        var bytes = [UInt8](repeating: 0, count: status.st_size)
        guard Glibc.read(file, &bytes, bytes.count) == bytes.count else {
            throw Failure(description: "\(path) cannot be read: \(errno)")
        }
        return bytes
    }

    func run(_ command: [String]) throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, command[0], nil, nil, &arguments, environ) == 0 else {
            throw Failure(description: "\(command[0]) cannot be started")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw Failure(description: command.joined(separator: " ") + ": status \(status)")
        }
    }

    static func hasTool(_ name: String) -> Bool {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private static let headers: String = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/" + root + "/Sources/CDevEmu/include"
    }()
}
