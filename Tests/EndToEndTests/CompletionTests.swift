import Foundation
import TestSupport
import Testing

/// What devemu offers to a shell when the user presses TAB, asked as the shells' scripts ask.
@Suite struct CompletionTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Completes the last word, which is the value of an option or `positional@N`.
    private func complete(
        _ command: [String], _ argument: String, _ words: String, in folder: String? = nil
    ) throws -> [String] {
        let words = words.components(separatedBy: " ")
        let outcome = try Devemu.run(
            ["---completion"] + command + ["--", argument, "\(words.count - 1)", "\(words.last?.count ?? 0)"]
                + words, in: folder ?? scratch.folder)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        return outcome.text.split(separator: "\n").map(String.init)
    }

    @Test func `the parameters of the plugin on the line follow --set`() throws {
        let all = try complete(["run"], "--set", "devemu run camera.so --set ")
        #expect(all.prefix(3) == ["width=", "height=", "format="])
        #expect(
            try complete(["run"], "--set", "devemu run camera.so --set he") == ["height=", "height=1080"])
        #expect(
            try complete(["run"], "--set", "devemu run --pins 3 camera.so --set sti") == [
                "still_format=", "stills=",
            ])
        #expect(try complete(["compare"], "--set", "devemu compare secure-heap.so --set nothing") == [])
    }

    @Test func `choices follow the = of a parameter that has them`() throws {
        #expect(
            try complete(["run"], "--set", "devemu run camera.so --set memory=")
                == ["memory=chunks", "memory=contiguous"])
        #expect(
            try complete(["run"], "--set", "devemu run camera.so --set format=RAW1")
                == ["format=RAW10", "format=RAW12", "format=RAW16"])
    }

    @Test func `bash, which splits words at the =, is offered the choices too`() throws {
        #expect(
            try complete(["run"], "positional@0", "devemu run camera.so --set format = RAW1")
                == ["RAW10", "RAW12", "RAW16"])
        #expect(
            try complete(["run"], "positional@0", "devemu run camera.so --set memory =")
                == ["chunks", "contiguous"])
    }

    @Test func `with several plugins a parameter has its plugin's name in front`() throws {
        #expect(
            try complete(["run"], "--set", "devemu run camera.so codec.so --set codec.wi")
                == ["codec.width=", "codec.width=1920"])
    }

    @Test func `the devices of a scene have the parameters of their plugins`() throws {
        #expect(
            try complete(
                ["run"], "--set", "devemu run Workloads/quick.yaml --set ui.comp", in: Devemu.root)
                == [
                    "ui.compression=", "ui.compression=linear", "ui.compression=afbc",
                    "ui.compression=afbc-tiled",
                ])
        #expect(
            try complete(
                ["check"], "--set", "devemu check Workloads/quick.yaml --set decoder.lev", in: Devemu.root
            ).first == "decoder.level=")
    }

    @Test func `workloads, scenes and folders are what can be run`() throws {
        _ = try Fixture.build("strategy_first_fit", in: scratch)
        _ = try Fixture.build("parameters", in: scratch)
        try scratch.write("", to: "scene.yaml")
        try scratch.write("", to: "secret.txt")
        try FileManager.default.createDirectory(
            atPath: scratch.path("scenes"), withIntermediateDirectories: false)
        #expect(
            try complete(["run"], "positional@0", "devemu run s") == [
                "secure-heap.so", "scene.yaml", "scenes/",
            ])
        #expect(try complete(["run"], "positional@0", "devemu run ./p") == ["./parameters.so"])
        #expect(try complete(["compare"], "positional@0", "devemu compare c") == ["camera.so", "codec.so"])
    }

    @Test func `strategies are devemu's own and plugins of that kind`() throws {
        _ = try Fixture.build("strategy_first_fit", in: scratch)
        _ = try Fixture.build("parameters", in: scratch)
        #expect(
            try complete(["run"], "--strategy", "devemu run camera.so --strategy s")
                == ["split-2m", "sleep-retry", "skip-block", "strategy_first_fit.so"])
        #expect(
            try complete(["compare"], "--strategies", "devemu compare camera.so --strategies normal,bulk-")
                == ["normal,bulk-fast", "normal,bulk-heap"])
        #expect(
            try complete(["compare"], "--strategies", "devemu compare camera.so --strategies as")
                == ["as-asked"])
    }

    @Test func `plugin inspect is offered plugins of both kinds`() throws {
        _ = try Fixture.build("strategy_first_fit", in: scratch)
        #expect(
            try complete(["plugin", "inspect"], "positional@0", "devemu plugin inspect s")
                == ["secure-heap.so", "strategy_first_fit.so"])
    }

    @Test func `what cannot be read offers nothing and complains of nothing`() throws {
        try scratch.write("no", to: "broken.so")
        try scratch.write("- no\n", to: "broken.yaml")
        for input in ["broken.so", "absent.so", "broken.yaml", "absent.yaml", "-"] {
            #expect(try complete(["run"], "--set", "devemu run \(input) --set w") == [], "\(input)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `every shell's script asks devemu for them`(shell: String) throws {
        let script = try Devemu.run("--generate-completion-script", shell)
        #expect(script.status == 0)
        #expect(script.text.contains("---completion"))
        // Options of run with custom completions.
        for option in ["--set", "--strategy"] {
            #expect(script.text.contains(try Regex("---completion (run )?-- \(option)")), "\(option)")
        }
    }

    @Test func `in bash itself TAB behind --set wi offers the width`() throws {
        try scratch.run(
            ["sh", "-c", "\(Devemu.binary) --generate-completion-script bash"], output: "devemu.bash")
        try scratch.write(
            """
            source \(scratch.path("devemu.bash"))
            COMP_LINE='\(Devemu.binary) run camera.so --set wi'
            COMP_WORDS=('\(Devemu.binary)' run camera.so --set wi)
            COMP_CWORD=4 COMP_POINT=${#COMP_LINE}
            _devemu devemu wi --set
            printf '%s\\n' "${COMPREPLY[@]}"

            """, to: "tab.bash")
        try scratch.run(["bash", scratch.path("tab.bash")], output: "offered")
        #expect(String(decoding: try scratch.bytes(of: "offered"), as: UTF8.self) == "width=\nwidth=1920\n")
    }
}
