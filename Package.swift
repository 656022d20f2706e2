// swift-tools-version: 6.1
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

let package = Package(
    name: "devemu",
    products: [
        .executable(name: "devemu", targets: ["devemu"]),
        .library(name: "camera", type: .dynamic, targets: ["camera"]),
        .library(name: "codec", type: .dynamic, targets: ["codec"]),
        .library(name: "display", type: .dynamic, targets: ["display"]),
        .library(name: "secure-heap", type: .dynamic, targets: ["secure-heap"]),
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
        .systemLibrary(name: "CLibELF", providers: [.apt(["libelf-dev"])]),
        .systemLibrary(name: "CLibFFI", providers: [.apt(["libffi-dev"])]),
        .systemLibrary(name: "CLibSeccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CLibFDT", providers: [.apt(["libfdt-dev"])]),
        .systemLibrary(name: "CLibCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CLoadedLibraries"),
        .target(name: "CSealedMemory"),
        .target(name: "CWorkerShims", dependencies: ["CSealedMemory"]),
        .target(name: "CFlightRecorder"),
        .target(name: "CLandlock"),
        .target(name: "CPrivileges"),
        .target(name: "CBackingMemory"),
        .target(name: "CStoreGuards", linkerSettings: [.linkedLibrary("sqlite3")]),

        // The emulated machine and the recordings it is held against.
        module(
            "PhysicalMemory",
            [
                "CBackingMemory",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "RealModule", package: "swift-numerics"),
            ], settings: fast),
        module("AllocationStrategies", ["PhysicalMemory"], settings: fast),
        module("BackgroundActivity", ["PhysicalMemory"], settings: fast),
        module("KernelFormats", ["CLibFDT"]),
        module(
            "Recordings",
            [
                "PhysicalMemory", "BackgroundActivity", "KernelFormats",
                .product(name: "RealModule", package: "swift-numerics"),
            ],
            settings: fast),

        // What real kernels print, and what can be started from it.
        .target(
            name: "MachineCaptures", dependencies: ["KernelFormats", "PhysicalMemory", "Recordings"],
            resources: [.embedInCode("collect.sh")], swiftSettings: strict),

        module(
            "DeviceModels", ["PhysicalMemory", .product(name: "DequeModule", package: "swift-collections")],
            settings: fast),
        module(
            "Measurement", ["PluginManifests", .product(name: "Histogram", package: "hdrhistogram-swift")]),
        module(
            "Emulation",
            [
                "PhysicalMemory", "AllocationStrategies", "BackgroundActivity", "KernelFormats", "Recordings",
                "DeviceModels", "Measurement", "PluginManifests", "CBackingMemory",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            settings: fast),

        module(
            "Explanation", ["KernelFormats", "PhysicalMemory", "AllocationStrategies"], settings: fast),

        // Plugins: read before they are loaded, called by their own description, in a process apart.
        module("PluginManifests"),
        module(
            "ELFInspection", ["CLibELF", "CLoadedLibraries", "CSealedMemory", "PluginManifests"],
            settings: fast),
        module("ForeignCalls", ["CLibFFI", "PluginManifests"]),
        module(
            "PluginHost",
            [
                "CDevEmu", "ELFInspection", "PluginManifests", "ForeignCalls", "AllocationStrategies",
                "PhysicalMemory", "DeviceModels", "Emulation", "Measurement", "Recordings", "CFlightRecorder",
            ], settings: fast),
        module("Sandbox", ["CLibSeccomp", "CLandlock", "CPrivileges"]),
        module("WorkerProcess", ["CWorkerShims", "CFlightRecorder", "PluginManifests"]),
        .target(
            name: "PluginTemplates", resources: [.embedInCode("Templates"), .embedInCode("Headers")],
            swiftSettings: strict),
        module("PluginConformance", ["PluginManifests", "Measurement"]),

        module("Sizing", ["Measurement"]),

        // What people write.
        module(
            "Scenes",
            ["PhysicalMemory", "Emulation", "PluginManifests", .product(name: "Yams", package: "Yams")],
            settings: fast),

        // Many runs: what they are, and what came of them.
        module(
            "Sweeps",
            [
                "CLibCrypto", "Scenes", "Emulation", "PhysicalMemory", "PluginManifests",
                .product(name: "RealModule", package: "swift-numerics"),
            ]),
        module(
            "ResultStore",
            [
                "CStoreGuards", "Measurement", "PluginManifests", "Sweeps",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        // Which of what varies matters, and how much.
        module("SweepAnalysis", ["Measurement", "PluginManifests"], settings: fast),
        // Runs by the thousand, on a cluster.
        module("Slurm"),

        // What people see.
        .target(
            name: "Reporting",
            dependencies: [
                "Explanation", "Measurement", "PhysicalMemory", "Recordings", "ELFInspection",
                "PluginManifests", "PluginConformance", "MachineCaptures", "Sizing", "SweepAnalysis",
                "KernelFormats",
            ], resources: [.embedInCode("Page")], swiftSettings: strict),
        .executableTarget(
            name: "devemu",
            dependencies: [
                "PhysicalMemory", "AllocationStrategies", "BackgroundActivity", "KernelFormats", "Recordings",
                "Explanation", "Emulation", "Measurement", "Reporting", "PluginManifests", "ELFInspection",
                "PluginHost", "Sandbox", "WorkerProcess", "PluginTemplates", "PluginConformance", "Scenes",
                "MachineCaptures", "Sizing", "Sweeps", "SweepAnalysis", "ResultStore", "Slurm",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(name: "camera", dependencies: ["CDevEmu"], path: "Plugins/camera"),
        .target(name: "codec", dependencies: ["CDevEmu"], path: "Plugins/codec"),
        // Code of a Swift image is referenced as long as the process lives: it cannot be unloaded.
        .target(
            name: "display", dependencies: ["CDevEmu"], path: "Plugins/display",
            exclude: ["note.txt", "generate-note.sh"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "nodelete"])]),
        .target(name: "secure-heap", dependencies: ["CDevEmu"], path: "Plugins/secure-heap"),

        tests(of: "PhysicalMemory"),
        tests(of: "AllocationStrategies", ["PhysicalMemory"]),
        tests(of: "BackgroundActivity", ["PhysicalMemory"]),
        tests(of: "KernelFormats", resources: [.copy("Trees")]),
        tests(of: "Explanation", ["KernelFormats"]),
        tests(
            of: "Recordings", ["PhysicalMemory", "KernelFormats"],
            resources: [
                .copy("Recordings"), .copy("Recordings6.12"), .copy("Recordings7.3"),
                .copy("UndrainedRecordings"), .copy("Undrained6.12"), .copy("Undrained7.3"),
                .copy("BusyRecordings"), .copy("Traces"), .copy("HugePageRecordings"),
                .copy("Arm64Recordings"),
            ]),
        tests(of: "DeviceModels"),
        tests(
            of: "MachineCaptures", ["KernelFormats", "PhysicalMemory", "Recordings"],
            resources: [.copy("Captures")]),
        tests(of: "Measurement", [.product(name: "Histogram", package: "hdrhistogram-swift")]),
        tests(
            of: "Emulation",
            [
                "PhysicalMemory", "AllocationStrategies", "BackgroundActivity", "DeviceModels",
                "KernelFormats",
                "Recordings", "Measurement",
            ]),
        tests(of: "PluginManifests"),
        tests(of: "ELFInspection", ["PluginManifests", "camera", "codec", "display"]),
        tests(of: "ForeignCalls", ["PluginManifests"]),
        .testTarget(
            name: "SandboxTests", dependencies: ["Sandbox"], exclude: ["Calls"], swiftSettings: strict),
        tests(
            of: "PluginHost",
            [
                "Emulation", "Measurement", "PhysicalMemory", "PluginManifests", "ForeignCalls", "camera",
                "codec", "display",
            ]),
        tests(of: "PluginConformance", ["PluginManifests", "Measurement"]),
        tests(of: "PluginTemplates"),
        tests(of: "WorkerProcess", ["WorkerProbe", "CFlightRecorder"]),
        tests(of: "Sizing", ["Measurement"]),
        tests(of: "Sweeps", ["Scenes"]),
        tests(of: "ResultStore", ["Measurement", "Sweeps", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(of: "SweepAnalysis", ["Measurement"]),
        tests(of: "Slurm"),
        tests(of: "Reporting", ["Measurement", "Sizing", "SweepAnalysis"]),
        tests(of: "Scenes", ["PhysicalMemory"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "devemu", "camera", "codec", "display", "secure-heap", "Measurement", "Sweeps", "ResultStore",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "HostilePlugins", dependencies: ["devemu"], exclude: ["Zoo", "Support"],
            swiftSettings: strict),
        // What a fuzzer feeds; `make fuzz` links the same with libFuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "PhysicalMemory", "KernelFormats", "Recordings", "Emulation", "Measurement",
                "PluginManifests", "ELFInspection", "WorkerProcess", "Scenes", "Reporting", "MachineCaptures",
                "Explanation", "Sweeps", "ResultStore",
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
            name: "WorkerProbe", dependencies: ["WorkerProcess", "CFlightRecorder"],
            path: "Tests/WorkerProbe",
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
