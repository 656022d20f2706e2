// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift module of devemu; the list of its dependencies is the architecture.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module, mirroring its files.
func tests(of name: String, _ more: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + more, resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "devemu",
    products: [
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // C: the public SDK header, the two system libraries, the calls Swift cannot make.
        .target(name: "CDevEmu"),
        .systemLibrary(name: "CLibELF", providers: [.apt(["libelf-dev"])]),
        .systemLibrary(name: "CLibFFI", providers: [.apt(["libffi-dev"])]),
        .target(name: "CWorkerShims"),

        // Plugins, read before they are loaded, called by their own description.
        module("PluginManifests"),
        module("ELFInspection", ["CLibELF", "PluginManifests"]),
        module("ForeignCalls", ["CLibFFI", "PluginManifests"]),
        module("WorkerProcess", ["CWorkerShims"]),

        // The emulated machine.
        module("PhysicalMemory"),
        module("Recordings", ["PhysicalMemory"]),
        .executableTarget(name: "devemu", dependencies: ["Recordings"]),

        tests(of: "PluginManifests"),
        tests(of: "ELFInspection", ["PluginManifests"]),
        tests(of: "ForeignCalls", ["PluginManifests"]),
        tests(of: "WorkerProcess", ["WorkerProbe"]),
        .executableTarget(
            name: "WorkerProbe", dependencies: ["WorkerProcess"], path: "Tests/WorkerProbe",
            swiftSettings: strict),
        tests(of: "PhysicalMemory"),
    ],
    swiftLanguageModes: [.v6]
)
