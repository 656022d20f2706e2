/// A plugin to begin with, in one language and of one kind: the files of a folder that builds and runs
/// as it stands.
public struct PluginTemplate: Sendable {
    /// What the plugin is written in.
    public enum Language: String, CaseIterable, Sendable {
        case c, cpp, swift, rust

        /// As people write it.
        public var title: String {
            switch self {
            case .c: "C"
            case .cpp: "C++"
            case .swift: "Swift"
            case .rust: "Rust"
            }
        }
    }

    /// What the plugin is there for, as `kind=` of its note says it.
    public enum Kind: String, CaseIterable, Sendable {
        case workload, strategy
    }

    /// A file of the folder.
    public struct File: Equatable, Sendable {
        /// Its path in the folder.
        public let path: String
        public let bytes: [UInt8]
    }

    public let name: PluginName
    public let language: Language
    public let kind: Kind

    public init(_ name: PluginName, language: Language, kind: Kind) {
        self.name = name
        self.language = language
        self.kind = kind
    }

    /// The file that an author reads and changes first.
    public var sourcePath: String {
        let ending =
            switch language {
            case .c: "c"
            case .cpp: "cpp"
            case .swift: "swift"
            case .rust: "rs"
            }
        return "\(name.text).\(ending)"
    }

    /// What `make` builds of the folder.
    public var productPath: String { name.text + ".so" }

    /// Every file of the folder, the source first.
    public var files: [File] {
        var files = [named(source, sourcePath), named(makefile, "Makefile")]
        if kind == .workload { files.append(named(PackageResources.workload_yaml, name.text + ".yaml")) }
        switch language {
        case .c, .cpp: break
        case .swift:
            files += [
                named(note, "note.txt"),
                File(path: "generate-note.sh", bytes: PackageResources.generate_note_sh),
            ]
        case .rust: files.append(File(path: "devemu.rs", bytes: PackageResources.devemu_rs))
        }
        return files + Self.headers
    }

    /// The headers of the SDK, so that the folder needs nothing else of devemu.
    private static let headers = [
        File(path: "include/devemu/plugin.h", bytes: PackageResources.plugin_h),
        File(path: "include/devemu/dma.h", bytes: PackageResources.dma_h),
        File(path: "include/devemu/strategy.h", bytes: PackageResources.strategy_h),
        File(path: "include/devemu/video.h", bytes: PackageResources.video_h),
        File(path: "include/devemu/video_queue.h", bytes: PackageResources.video_queue_h),
        File(path: "include/module.modulemap", bytes: PackageResources.module_modulemap),
    ]

    private var source: [UInt8] {
        switch (language, kind) {
        case (.c, .workload): PackageResources.workload_c
        case (.c, .strategy): PackageResources.strategy_c
        case (.cpp, .workload): PackageResources.workload_cpp
        case (.cpp, .strategy): PackageResources.strategy_cpp
        case (.swift, .workload): PackageResources.workload_swift
        case (.swift, .strategy): PackageResources.strategy_swift
        case (.rust, .workload): PackageResources.workload_rs
        case (.rust, .strategy): PackageResources.strategy_rs
        }
    }

    private var note: [UInt8] {
        kind == .workload ? PackageResources.workload_note_txt : PackageResources.strategy_note_txt
    }

    private var makefile: [UInt8] {
        switch language {
        case .c: PackageResources.c_mk
        case .cpp: PackageResources.cpp_mk
        case .swift: PackageResources.swift_mk
        case .rust: PackageResources.rust_mk
        }
    }

    /// A file of the templates, where the plugin is called `my-plugin`, and `my_plugin` in C.
    private func named(_ template: [UInt8], _ path: String) -> File {
        let text = String(decoding: template, as: UTF8.self)
            .replacing("my-plugin", with: name.text).replacing("my_plugin", with: name.symbol)
        return File(path: path, bytes: Array(text.utf8))
    }
}
