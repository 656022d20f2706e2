import Scenes
import Testing

@Suite struct BackgroundSceneTests {
    private func background(_ lines: String) throws(SceneError) -> BackgroundScene {
        try Sample.scene(Sample.short + "background:\n" + lines).background
    }

    @Test func `processes may have huge pages and locked memory`() throws {
        let plain = try #require(try background("  processes: 2x64M\n").processes)
        #expect(!plain.usesHugePages && !plain.isLocked)
        let both = try #require(try background("  processes: 2x64M\n  thp: yes\n  mlock: yes\n").processes)
        #expect(both.usesHugePages && both.isLocked)
        #expect(both.count == 2 && both.residentPages == 16_384)
        let huge = try #require(try background("  processes: 2x64M\n  thp: yes\n  mlock: no\n").processes)
        #expect(huge.usesHugePages && !huge.isLocked)
    }

    @Test(arguments: [
        ("  thp: yes\n", "background.thp: there are no processes that it is about; add processes: 4x32M"),
        ("  mlock: yes\n", "background.mlock: there are no processes that it is about"),
        ("  processes: 1x4M\n  thp: always\n", "background.thp: 'always' is neither yes nor no"),
        ("  processes: 1x4M\n  mlock: 1\n", "background.mlock: '1' is neither yes nor no"),
    ])
    func `what makes no sense is refused at its place`(lines: String, message: String) {
        let error = #expect(throws: SceneError.self) { try background(lines) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `a no without processes is no contradiction`() throws {
        #expect(try background("  thp: no\n  mlock: no\n").processes == nil)
    }
}
