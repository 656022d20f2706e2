import Foundation
import TestSupport

/// The plugins of the folder `Zoo`, and what is preloaded for them.
enum Zoo {
    private static let folder = Devemu.root + "/Tests/HostilePlugins"

    /// Builds a plugin of the zoo, or one that the other tests of the whole program have.
    static func build(_ name: String, in scratch: Scratch) throws -> String {
        let hasOwn = FileManager.default.fileExists(atPath: "\(folder)/Zoo/\(name).c")
        return try Fixture.build(
            hasOwn ? "../../HostilePlugins/Zoo/\(name)" : name, in: scratch,
            flags: [
                "-shared", "-I", Fixture.folder, "-I", folder + "/Support", "-I",
                Devemu.root + "/Sources/CShims/include",
            ],
            output: name + ".so")
    }

    /// Builds what makes a kernel's Landlock an older one, to be preloaded.
    static func buildLandlockShim(in scratch: Scratch) throws -> String {
        try Fixture.build("../../HostilePlugins/Support/landlock_revision", in: scratch, output: "shim.so")
    }
}
