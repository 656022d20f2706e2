import KernelFormats
import PhysicalMemory
import Reporting
import TextSupport
import WorkerProcess

/// Device trees and kernel command lines among the files of a command line, by what is in them.
struct BootInput {
    private(set) var tree: DeviceTree?
    private(set) var commandLine = KernelCommandLine()
    /// What messages about the tree, or about all, begin with.
    private var name: String

    /// - Parameters:
    ///   - paths: a blob (.dtb), a source (.dts), texts of command lines; `-` is standard input. The command
    ///     line in the tree's `/chosen` counts when no file has one.
    ///   - read: gives the bytes of a file.
    init(
        reading paths: [String],
        by read: (String) throws(CommandFailure) -> [UInt8]
    ) throws(CommandFailure) {
        name = paths.first ?? ""
        var hasText = false
        for path in paths {
            let bytes = try read(path)
            let isSource = path.hasSuffix(".dts") || Self.isSource(bytes)
            guard DeviceTree.isBlob(bytes) || isSource || path.hasSuffix(".dtb") else {
                guard !hasText else {
                    throw CommandFailure(.usage, "\(path): a second command line; give one")
                }
                hasText = true
                commandLine = try Self.commandLine(bytes, path)
                continue
            }
            guard tree == nil else { throw CommandFailure(.usage, "\(path): a second device tree; give one") }
            name = path
            tree = try Self.tree(isSource && !DeviceTree.isBlob(bytes) ? Self.compiled(path) : bytes, path)
        }
        if !hasText, let text = tree?.bootArguments {
            do {
                commandLine = try KernelCommandLine(parsing: text)
            } catch {
                throw CommandFailure(
                    .badInput, "\(name): bootargs of /chosen, column \(error.column): \(error)")
            }
        }
    }

    private static func isSource(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(4096).split(separator: 10).contains { $0.starts(with: "/dts-v1/".utf8) }
    }

    private static func tree(_ bytes: [UInt8], _ path: String) throws(CommandFailure) -> DeviceTree {
        do {
            return try DeviceTree(parsing: bytes)
        } catch {
            throw CommandFailure(.badInput, "\(path): \(error)")
        }
    }

    private static func commandLine(
        _ bytes: [UInt8], _ path: String
    ) throws(CommandFailure) -> KernelCommandLine {
        guard bytes.count <= 1 << 16, !bytes.contains(0) else {
            throw CommandFailure(
                .badInput,
                "\(path): neither a device tree blob, which begins with d0 0d fe ed, nor a command line, which "
                    + "is a line of text")
        }
        do {
            return try KernelCommandLine(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CommandFailure(.badInput, "\(path):\(error.line):\(error.column): \(error)")
        }
    }

    /// Runs its arguments with 1 GiB of address space and 60 s of a processor: a source can include a file that never
    /// ends.
    private static let bounded = #"ulimit -v 1048576; ulimit -t 60; exec "$@""#
    /// What a shell ends with when there is no such program.
    private static let notFound: Int32 = 127

    /// The blob that dtc makes of a source.
    private static func compiled(_ path: String) throws(CommandFailure) -> [UInt8] {
        guard path != "-" else {
            throw CommandFailure(.usage, "-: a device tree source needs a file; give its name")
        }
        let output: ExternalTool.Output?
        do {
            // A name that begins with a dash is no option.
            let file = path.hasPrefix("-") ? "./\(path)" : path
            output = try ExternalTool.run(
                ["sh", "-c", bounded, "sh", "dtc", "-q", "-I", "dts", "-O", "dtb", "-o", "-", file])
        } catch {
            throw CommandFailure(.ioError, "dtc: \(error)")
        }
        guard let output, output.status != notFound else {
            throw CommandFailure(
                .noInput,
                "\(path): a device tree source needs dtc, which is not installed; on Debian it is in "
                    + "device-tree-compiler, or give the compiled .dtb")
        }
        guard output.status == 0 else {
            let lines = String(decoding: output.standardError, as: UTF8.self).split(separator: "\n")
            // Its lines begin with "Error: ", then the place.
            let line = lines.first { $0.contains("\(path):") } ?? "\(path): \(lines.first ?? "no reason")"
            let text = line.hasPrefix("Error: ") ? line.dropFirst("Error: ".count) : line
            throw CommandFailure(.badInput, Human.printable("\(text) (dtc)"))
        }
        return output.standardOutput
    }

    /// What a kernel sets aside by all that, in the memory that the tree names or in so many bytes.
    func layout(memoryBytes: Int?, on kernel: Kernel) throws(CommandFailure) -> BootLayout {
        do {
            return try BootLayout(
                tree: tree, commandLine: commandLine, memory: memoryBytes.map { UInt64($0) },
                rules: BootLayout.Rules(
                    mostRanges: kernel.search.mostRanges,
                    hugePageAlignment: UInt64(
                        PageGeometry.standard.bytes(of: kernel.boot.hugePageAreaAlignment))),
                kernelBytes: { bytes in
                    let pages = PageGeometry.standard
                    let kernelPages = kernel.boot.kernelPages(
                        of: pages.pages(inKibibytes: Int(clamping: bytes >> 10)))
                    return UInt64(pages.bytes(of: kernelPages))
                })
        } catch {
            let status: ExitStatus = tree == nil || memoryBytes == nil ? .usage : .badInput
            throw CommandFailure(status, "\(name): \(error.reason)")
        }
    }
}
