import Scenes
import Testing

@Suite struct EventSceneTests {
    private func order(_ scene: Scene) -> [String] {
        scene.events.map { "\($0.nanoseconds / 1_000_000) \(scene.devices[$0.device].name) \($0.operation)" }
    }

    @Test func `events are repeated, for every instance, by time, priority and place in the file`() throws {
        #expect(
            order(try Sample.scene()) == [
                "1000 camera.2 preview", "1500 camera.2 preview", "2000 camera.1 still",
                "2000 camera.2 still", "2000 camera.3 still", "2000 camera.2 preview", "2000 screen flip",
            ])
        #expect(
            order(try Sample.scene(Sample.text, ("screen.priority", "-6"))).suffix(5) == [
                "2000 screen flip", "2000 camera.1 still", "2000 camera.2 still", "2000 camera.3 still",
                "2000 camera.2 preview",
            ])
    }

    @Test func `arguments keep their text, and an event says where its operation stands`() throws {
        let events = try Sample.scene().events
        #expect(events[2].arguments.map(\.name) == ["frames"])
        #expect(events[2].arguments.map(\.text) == ["3"])
        #expect(events[2].arguments.map(\.origin) == [.file(line: 33, column: 55)])
        #expect(events[2].origin == .file(line: 33, column: 33))
        #expect(events[0].arguments.isEmpty)
    }

    @Test func `a scene of 10 000 events keeps their order`() throws {
        var text = Sample.short + "events:\n"
        for index in 0..<10_000 {
            text += "  - {t: \(index % 100)ms, device: camera, op: op\(index), with: {frames: \(index)}}\n"
        }
        let events = try Sample.scene(text).events
        #expect(events.count == 10_000)
        #expect(events[0...2].map(\.operation) == ["op0", "op100", "op200"])
        #expect(events.last?.operation == "op9999")
        for (left, right) in zip(events, events.dropFirst()) {
            #expect(left.nanoseconds <= right.nanoseconds)
        }
    }

    @Test func `a million events fit and no more`() throws {
        let text = Sample.short + "events: [{t: 0s, device: camera, op: x, every: 1us, times: 500000}]\n"
        let scene = try Sample.scene(text, ("camera.count", "2"))
        #expect(scene.events.count == Scene.eventLimit)
        #expect(scene.events.last?.nanoseconds == 499_999_000)
        let error = Sample.error(text, ("camera.count", "3"))
        #expect(error?.description == "events[0].times: more than 1000000 events in all")
        #expect(error?.line == 3)
    }

    @Test(arguments: [
        ("{t: 0s, device: camera, op: x, every: 2s}", "events[0].every: how often? add times: 20", 39),
        ("{t: 0s, device: camera, op: x, times: 2}", "events[0].times: how far apart? add every: 2s", 39),
        ("{t: 0s, device: camera, op: x, every: 0s, times: 2}", "events[0].every: no time between", 39),
        ("{t: 0s, device: camera, op: x, every: 2s, times: 0}", "events[0].times: '0' is no whole", 50),
        ("{t: 0s, device: camera, op: x, every: 1000s, times: 1002}", "events[0].times: the last rep", 53),
        (
            "{t: 0s, device: camera, op: x, every: 1000000s, times: 1000000}",
            "events[0].times: the last repetition is later than 1000000s", 56
        ),
        ("{t: 1000001s, device: camera, op: x}", "events[0].t: '1000001s' is more than 1000000s", 5),
        ("{t: 1s, device: camra, op: x}", "events[0].device: no device 'camra'; did you mean camera?", 17),
        ("{t: 1s, device: camera.1, op: x}", "events[0].device: no device 'camera.1'; did you", 17),
        ("{t: 1s, device: x, op: x}", "events[0].device: no device 'x'; there are camera", 17),
        ("{t: 1s, device: camera, op: ''}", "events[0].op: the text is empty; write the name of", 29),
        ("{device: camera, op: x}", "events[0]: missing key 't'; add t: 2s", 1),
        ("{t: 1s, op: x}", "events[0]: missing key 'device'; add device: camera", 1),
        ("{t: 1s, device: camera}", "events[0]: missing key 'op'; add op: ", 1),
    ])
    func `an event that cannot be is refused where it is wrong`(event: String, message: String, column: Int) {
        let error = Sample.error(Sample.short + "events: [\n\(event)]\n")
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.line == 4)
        #expect(error?.column == column)
    }
}
