import Slurm
import Testing

@Suite struct PlanHeadTests {
    private let line = """
        {"hash":"5f","schema":"devemu.plan/1","runs":12,"keys":["a"],"scene":"",
        "plugins":[{"name":"c","path":"/lib/devemu/camera.so","sha256":"1"}],
        "files":[{"name":"s","path":"/data/state.txt","sha256":"2"}]}
        """

    @Test func `a plan's first line tells its hash and its runs`() throws {
        let head = try #require(PlanHead(line: Array(line.utf8)))
        #expect((head.hash, head.runs) == ("5f", 12))
    }

    @Test func `folders are told once each, in their order`() throws {
        let head = try #require(PlanHead(line: Array(line.utf8)))
        #expect(
            head.folders(besides: ["/opt/devemu", "/data/plan.jsonl"]) == ["/data/", "/lib/devemu/", "/opt/"])
    }

    @Test(arguments: [
        "", "{}", "[]", "number: 3", #"{"hash":"5f","runs":-1,"plugins":[],"files":[]}"#, "\u{0}",
    ])
    func `anything else is no plan`(_ line: String) {
        #expect(PlanHead(line: Array(line.utf8)) == nil)
    }
}
