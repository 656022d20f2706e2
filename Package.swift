// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The emulator runs millions of steps in the tests too: it is optimised in every configuration, as a
/// whole module and so as in a release, and its state, which one thread owns, is not checked for overlapping access
/// at every touch.
let fast: [SwiftSetting] =
    strict + [
        .unsafeFlags(
            ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug)),
        .unsafeFlags(["-enforce-exclusivity=unchecked"]),
    ]

/// A Swift module of devemu; the list of its dependencies is the architecture.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one module, mirroring its files.
func tests(of name: String, _ more: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + more, resources: resources,
        swiftSettings: strict)
}

/// A shipped plugin: the image that `devemu run NAME.so` loads.
func plugin(_ name: String, _ target: String) -> Product {
    .library(name: "devemu-" + name, type: .dynamic, targets: [target])
}

let package = Package(
    name: "devemu",
    products: [
        .executable(name: "devemu", targets: ["devemu"]),
        // The memory model by itself: machines, areas, kernels, strategies.
        .library(name: "PhysicalMemory", targets: ["PhysicalMemory", "AllocationStrategies"]),
        // Images that are loaded with dlopen; `devemu run camera.so` finds libdevemu-camera.so.
        plugin("camera", "CameraPlugin"), plugin("codec", "CodecPlugin"),
        plugin("display", "DisplayPlugin"), plugin("secure-heap", "SecureHeapPlugin"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C: the public SDK header, the system libraries, the calls Swift cannot make.
        .target(name: "CDevEmu"),
        .systemLibrary(
            name: "CLibELF", path: "Sources/SystemLibraries/CLibELF", providers: [.apt(["libelf-dev"])]),
        .systemLibrary(
            name: "CLibFFI", path: "Sources/SystemLibraries/CLibFFI", providers: [.apt(["libffi-dev"])]),
        .systemLibrary(
            name: "CLibSeccomp", path: "Sources/SystemLibraries/CLibSeccomp",
            providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CLibFDT", path: "Sources/SystemLibraries/CLibFDT", providers: [.apt(["libfdt-dev"])]),
        .systemLibrary(
            name: "CLibCrypto", path: "Sources/SystemLibraries/CLibCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CShims"),

        // Words and numbers as people read and write them.
        module("TextSupport"),

        // The emulated machine, and real ones that it is checked against.
        module(
            "PhysicalMemory",
            [
                "CShims",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ], settings: fast),
        module("AllocationStrategies", ["PhysicalMemory"], settings: fast),
        module("KernelFormats", ["CLibFDT", "PhysicalMemory", "TextSupport"]),
        .target(
            name: "Recordings",
            dependencies: [
                "PhysicalMemory", "AllocationStrategies", "KernelFormats", "TextSupport",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            resources: [.embedInCode("Capture/collect.sh")], swiftSettings: fast),
        module(
            "Measurement", ["TextSupport", .product(name: "Histogram", package: "hdrhistogram-swift")],
            settings: fast),
        module(
            "Emulation",
            [
                "PhysicalMemory", "AllocationStrategies", "KernelFormats", "Recordings", "Measurement",
                "TextSupport", "CShims",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            settings: fast),

        // Plugins: read before they are loaded, called by their own description, in a process apart.
        module("PluginInspection", ["CLibELF", "CShims", "TextSupport"], settings: fast),
        module(
            "PluginHost",
            [
                "CDevEmu", "CLibFFI", "CShims", "PluginInspection", "AllocationStrategies", "PhysicalMemory",
                "Emulation", "Measurement", "Recordings", "TextSupport",
            ], settings: fast),
        module("WorkerProcess", ["CShims", "CLibSeccomp", "TextSupport"]),
        .target(
            name: "PluginTemplates", resources: [.embedInCode("Templates"), .embedInCode("Headers")],
            swiftSettings: strict),
        module("PluginConformance", ["PluginInspection", "Measurement", "TextSupport"]),

        // What people write, and many runs of it.
        module(
            "Scenes",
            ["PhysicalMemory", "Emulation", "TextSupport", .product(name: "Yams", package: "Yams")],
            settings: fast),
        module(
            "Sweeps",
            [
                "CLibCrypto", "Scenes", "Emulation", "PhysicalMemory", "TextSupport",
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        module(
            "ResultStore",
            [
                "CShims", "Measurement", "TextSupport", "Sweeps",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        // What people see.
        .target(
            name: "Reporting",
            dependencies: [
                "Measurement", "PhysicalMemory", "Recordings", "PluginInspection", "PluginConformance",
                "KernelFormats", "Scenes", "TextSupport",
            ], resources: [.embedInCode("Page/Resources")], swiftSettings: strict),
        .executableTarget(
            name: "devemu",
            dependencies: [
                "PhysicalMemory", "AllocationStrategies", "KernelFormats", "Recordings", "Emulation",
                "Measurement", "Reporting", "PluginInspection", "PluginHost", "WorkerProcess",
                "PluginTemplates", "PluginConformance", "Scenes", "Sweeps", "ResultStore", "TextSupport",
                "CShims",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(name: "CameraPlugin", dependencies: ["CDevEmu"], path: "Plugins/camera"),
        .target(name: "CodecPlugin", dependencies: ["CDevEmu"], path: "Plugins/codec"),
        // Code of a Swift image is referenced as long as the process lives: it cannot be unloaded.
        .target(
            name: "DisplayPlugin", dependencies: ["CDevEmu"], path: "Plugins/display",
            exclude: ["note.txt", "generate-note.sh"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "nodelete"])]),
        .target(name: "SecureHeapPlugin", dependencies: ["CDevEmu"], path: "Plugins/secure-heap"),

        // What tests of the built program share.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "TextSupport", ["PhysicalMemory"]),
        tests(of: "PhysicalMemory"),
        tests(of: "AllocationStrategies", ["PhysicalMemory"]),
        tests(of: "KernelFormats", ["PhysicalMemory"], resources: [.copy("Trees")]),
        tests(
            of: "Recordings", ["PhysicalMemory", "KernelFormats"],
            resources: [
                .copy("Recordings"), .copy("Recordings6.12"), .copy("Recordings7.3"),
                .copy("UndrainedRecordings"), .copy("Undrained6.12"), .copy("Undrained7.3"),
                .copy("BusyRecordings"), .copy("Traces"), .copy("HugePageRecordings"),
                .copy("Arm64Recordings"), .copy("Capture/Captures"),
            ]),
        tests(of: "Measurement", [.product(name: "Histogram", package: "hdrhistogram-swift")]),
        tests(
            of: "Emulation",
            ["PhysicalMemory", "AllocationStrategies", "KernelFormats", "Recordings", "Measurement"]),
        tests(of: "PluginInspection", ["TextSupport", "CameraPlugin", "CodecPlugin", "DisplayPlugin"]),
        tests(
            of: "PluginHost",
            [
                "AllocationStrategies", "Emulation", "Measurement", "PhysicalMemory", "PluginInspection",
                "TextSupport",
                "CameraPlugin", "CodecPlugin", "DisplayPlugin",
            ]),
        tests(of: "PluginConformance", ["PluginInspection", "Measurement", "TextSupport"]),
        tests(of: "PluginTemplates"),
        .testTarget(
            name: "WorkerProcessTests", dependencies: ["WorkerProcess", "WorkerProbe", "CShims"],
            exclude: ["Sandbox/Calls"], swiftSettings: strict),
        tests(of: "Sweeps", ["Scenes", "PhysicalMemory"]),
        tests(of: "ResultStore", ["Measurement", "Sweeps", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(of: "Reporting", ["Measurement", "Recordings", "TextSupport"]),
        tests(of: "Scenes", ["PhysicalMemory"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "devemu", "CameraPlugin", "CodecPlugin", "DisplayPlugin", "SecureHeapPlugin",
                "Measurement", "Reporting", "Sweeps", "ResultStore", "TextSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "HostilePlugins", dependencies: ["TestSupport", "devemu"], exclude: ["Zoo", "Support"],
            swiftSettings: strict),
        // What a fuzzer feeds; `make fuzz` links the same with libFuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "PhysicalMemory", "KernelFormats", "Recordings", "Emulation", "Measurement",
                "PluginInspection", "WorkerProcess", "Scenes", "Reporting", "Sweeps", "ResultStore",
                "TextSupport",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: strict),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
        // What `make bench` runs, and loads whose instructions the tests count.
        .target(
            name: "Baselines", path: "Tests/Benchmarks/Baselines", cSettings: [.unsafeFlags(["-O2"])]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Baselines", "PhysicalMemory", "Recordings", "Emulation", "Measurement", "PluginHost",
                "WorkerProcess", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Benchmarks/Program", swiftSettings: fast),
        .testTarget(name: "BenchmarksTests", dependencies: ["Benchmarks"], swiftSettings: strict),
        .executableTarget(
            name: "WorkerProbe", dependencies: ["WorkerProcess", "CShims"],
            path: "Tests/WorkerProbe",
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
