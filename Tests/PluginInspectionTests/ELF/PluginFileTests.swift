import Glibc
import PluginInspection
import Testing

@Suite struct PluginFileTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    @Test func `an open plugin file is what was inspected, whatever becomes of the path`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        let file = try PluginFile.open(path: path, hostABI: 1...2)
        try builder.write(Array("replaced".utf8), to: builder.path("new"))
        #expect(rename(builder.path("new"), path) == 0)
        let again = try PluginFile.inspect(
            fileDescriptor: file.fileDescriptor, name: path, hostABI: 1...2)
        #expect(again == file.inspected)
        #expect(throws: InspectionError.self) { try PluginFile.open(path: path, hostABI: 1...2) }
    }

    @Test func `what is open is a copy that nothing changes, whatever is written to the file`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        let original = try builder.read(path)
        let file = try PluginFile.open(path: path, hostABI: 1...2)
        #expect(truncate(path, 0) == 0)
        #expect(try file.content() == original)
        let byte: UInt8 = 0
        for flags in [O_WRONLY, O_RDWR] {
            let writer = open("/proc/self/fd/\(file.fileDescriptor)", flags)
            #expect(writer < 0 || withUnsafePointer(to: byte) { write(writer, $0, 1) } < 0)
            #expect(ftruncate(writer, 0) != 0)
            #expect(ftruncate(writer, 1 << 20) != 0)
            close(writer)
        }
        #expect(try file.content() == original)
    }

    @Test func `the descriptor is closed on exec, and with the object`() throws {
        var descriptor: Int32 = -1
        try {
            let file = try PluginFile.open(path: try builder.build(PluginBuilder.goodSource), hostABI: 1...2)
            descriptor = file.fileDescriptor
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            withExtendedLifetime(file) {}
        }()
        let link = "/proc/self/fd/\(descriptor)"
        var target = [CChar](repeating: 0, count: 4096)
        let length = readlink(link, &target, target.count)
        let name = String(
            decoding: target.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(!name.hasPrefix(builder.directory))
    }

    @Test func `a plugin's constructor does not run`() throws {
        let witness = builder.path("witness")
        let constructor = """
            #include <stdio.h>
            __attribute__((constructor)) static void early(void) { fclose(fopen("\(witness)", "w")); }

            """
        let path = try builder.build(PluginBuilder.goodSource + constructor)
        let file = try PluginFile.open(path: path, hostABI: 1...2)
        #expect(file.inspected.hasConstructors)
        #expect(access(witness, F_OK) != 0)
        // Loading it is what makes the witness appear.
        #expect(dlopen("/proc/self/fd/\(file.fileDescriptor)", RTLD_NOW | RTLD_LOCAL) != nil)
        #expect(access(witness, F_OK) == 0)
    }

    @Test func `what cannot be opened is refused with the system's reason`() {
        let error = #expect(throws: InspectionError.self) {
            try PluginFile.open(path: builder.path("absent.so"), hostABI: 1...2)
        }
        #expect(error?.code == .cannotOpen)
        #expect(
            error?.description == builder.path("absent.so") + ": cannot be opened: No such file or directory")
        #expect(code(of: "a\0b") == .cannotOpen)
    }

    @Test func `what is no regular file is refused, a FIFO without waiting for its writer`() {
        #expect(mkfifo(builder.path("fifo"), 0o600) == 0)
        #expect(code(of: builder.path("fifo")) == .notRegularFile)
        #expect(code(of: builder.directory) == .notRegularFile)
        #expect(code(of: "/dev/null") == .notRegularFile)
    }

    @Test func `an empty and an oversized file are refused before they are read`() throws {
        let path = builder.path("file")
        try builder.write([], to: path)
        #expect(code(of: path) == .empty)
        #expect(truncate(path, PluginFile.maximumSize + 1) == 0)
        #expect(code(of: path) == .tooLarge)
    }

    @Test func `a descriptor that cannot be read is refused`() throws {
        let path = builder.path("file")
        try builder.write([1], to: path)
        let writeOnly = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(writeOnly) }
        for descriptor in [writeOnly, -1] {
            let error = #expect(throws: InspectionError.self) {
                try PluginFile.inspect(fileDescriptor: descriptor, name: "x", hostABI: 1...2)
            }
            #expect(error?.description == "x: cannot be read: Bad file descriptor")
        }
    }

    private func code(of path: String) -> InspectionError.Code? {
        #expect(throws: InspectionError.self) { try PluginFile.open(path: path, hostABI: 1...2) }?.code
    }
}
