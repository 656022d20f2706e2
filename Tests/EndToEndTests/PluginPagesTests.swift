import Foundation
import Testing

/// The pages for authors of plugins: what they show is run again, what they list is all there is.
@Suite struct PluginPagesTests {
    private static let folder = Devemu.root + "/Sources/PluginHost/Documentation.docc"

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `every step of the microphone array builds, and every session ends as it is shown`() throws {
        let page = PageSessions(scratch: scratch, path: Self.folder + "/WritingAPlugin.md")
        #expect(try page.run() >= 25)
    }
}
