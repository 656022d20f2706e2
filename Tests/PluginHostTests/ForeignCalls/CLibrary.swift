import Glibc
import Testing

/// C functions compiled and loaded for one test. They stay loaded until the process ends.
struct CLibrary {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let handle: UnsafeMutableRawPointer

    init(_ source: String) throws {
        var template = Array("/tmp/devemu-ffi-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp: \(errno)") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let sourcePath = directory + "/functions.c"
        let libraryPath = directory + "/functions.so"
        defer {
            unlink(sourcePath)
            unlink(libraryPath)
            rmdir(directory)
        }
        let bytes =
            Array("#include <stdint.h>\n#include <stddef.h>\n#include <string.h>\n".utf8) + Array(source.utf8)
        let file = open(sourcePath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let written = write(file, bytes, bytes.count)
        close(file)
        guard written == bytes.count else { throw Failure(description: "\(sourcePath): \(errno)") }
        try Self.run(["cc", "-O2", "-shared", "-fPIC", "-o", libraryPath, sourcePath])
        guard let handle = dlopen(libraryPath, RTLD_NOW | RTLD_LOCAL) else {
            throw Failure(description: "the library cannot be loaded")
        }
        self.handle = handle
    }

    subscript(name: String) -> UnsafeRawPointer? { dlsym(handle, name).map { UnsafeRawPointer($0) } }

    private static func run(_ command: [String]) throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, command[0], nil, nil, &arguments, environ) == 0 else {
            throw Failure(description: "\(command[0]) cannot be started")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure(description: "\(command): status \(status)") }
    }
}
