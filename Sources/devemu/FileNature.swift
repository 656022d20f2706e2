import Glibc
import KernelFormats

/// What a file is, by how it begins, and which command takes it: help for a person who gave it to another one.
enum FileNature: CaseIterable {
    case scene, grid, plan, store, recording, trace, log, result, plugin, deviceTree, compressed

    /// Keys that a grid has and a scene has not.
    private static let keysOfGrids: Set<Substring> = [
        "scene", "plugins", "strategies", "seeds", "vary", "sample",
    ]
    /// Bytes that are looked at.
    private static let beginning = 1 << 16

    /// Of a regular file; nil for what cannot be read and what could be anything.
    init?(ofFile path: String) {
        guard path != "-", let bytes = Self.bytes(of: path), let nature = Self(of: bytes) else { return nil }
        self = nature
    }

    init?(of bytes: [UInt8]) {
        let magic: [(FileNature, [UInt8])] = [
            (.store, Array("SQLite format 3\0".utf8)), (.plugin, [0x7f] + Array("ELF".utf8)),
            (.deviceTree, [0xd0, 0x0d, 0xfe, 0xed]), (.compressed, [0x1f, 0x8b]),
            (.compressed, [0xfd] + Array("7zXZ".utf8)), (.compressed, [0x28, 0xb5, 0x2f, 0xfd]),
            (.plan, Array(#"{"hash":""#.utf8)), (.result, [UInt8(ascii: "{")]),
        ]
        if let found = magic.first(where: { bytes.starts(with: $0.1) }) {
            self = found.0
            return
        }
        let lines = String(decoding: bytes.prefix(Self.beginning), as: UTF8.self).split(separator: "\n")
            .prefix(200)
        if lines.contains(where: { $0.hasPrefix("/dts-v1/") }) {
            self = .deviceTree
        } else if lines.contains(where: { $0.hasPrefix("area base_pfn=") }) {
            self = .recording
        } else if FTrace.isTrace(bytes) {
            self = .trace
        } else if lines.contains(where: { $0.contains("] cma: ") || $0.contains(" cma: cma_alloc") }) {
            self = .log
        } else {
            // Keys of YAML that are not indented.
            let keys = lines.compactMap { line -> Substring? in
                let key = line.prefix { $0.isLetter || $0 == "_" }
                return line.dropFirst(key.count).first == ":" ? key : nil
            }
            if keys.contains("devices") {
                self = .scene
            } else if keys.contains("summary"), keys.contains(where: Self.keysOfGrids.contains) {
                self = .grid
            } else {
                return nil
            }
        }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        var status = stat()
        // Opening what is not a regular file can wait for another program, or do something.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: beginning)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private var words: String {
        switch self {
        case .scene: "a scene"
        case .grid: "a grid of a sweep"
        case .plan: "a plan of a sweep"
        case .store: "a store of sweeps"
        case .recording: "a recording or a state of a machine"
        case .trace: "a kernel's trace"
        case .log: "a kernel log"
        case .result: "a JSON document"
        case .plugin: "an ELF file"
        case .deviceTree: "a device tree"
        case .compressed: "a compressed file"
        }
    }

    /// The commands that take such a file.
    private func commands(_ path: String) -> String {
        switch self {
        case .scene: "'devemu run \(path)' runs it, 'devemu check \(path)' checks it"
        case .grid: "'devemu sweep plan \(path)' plans its runs"
        case .plan: "'devemu sweep run \(path) --store results.db' makes its runs"
        case .store: "'devemu compare \(path)' compares what is in it, 'devemu sweep query' asks it"
        case .recording:
            "'devemu replay \(path)' judges a recording, and --state \(path) starts a machine from either"
        case .trace: "'devemu run \(path)' makes its requests"
        case .log: "'devemu explain \(path)' explains its failures"
        case .result: "'devemu report \(path)' shows a result of devemu"
        case .plugin: "'devemu run \(path)' runs a plugin"
        case .deviceTree: "'devemu areas \(path)' lists its areas"
        case .compressed: "decompress it first"
        }
    }

    /// Why a command does not take a file, in one line; nil for a file that it takes, and for one that could be
    /// anything.
    static func refusal(of path: String, takes natures: Set<FileNature>) -> String? {
        guard let nature = FileNature(ofFile: path), !natures.contains(nature) else { return nil }
        return "\(path): is \(nature.words), which this command does not take; \(nature.commands(path))"
    }
}
