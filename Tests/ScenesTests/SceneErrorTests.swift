import Scenes
import Testing

@Suite struct SceneErrorTests {
    private static let cases: [(old: String, new: String, message: String, line: Int, column: Int)] = [
        ("summary", "sumary", "unknown key 'sumary'; did you mean summary?", 1, 1),
        ("summary: secure", "x: secure", "unknown key 'x'; there are summary, seed, machine, backgr", 1, 1),
        ("summary: secure UHD playback", "summary: ''", "summary: a summary is one line of 1 to 200", 1, 10),
        ("seed: 7", "seed: -1", "seed: '-1' is no whole number from 0 to 18446744073709551615", 2, 7),
        ("seed: 7", "seed:", "seed: nothing stands here; write one value, or leave the key out", 2, 6),
        ("memory", "memroy", "machine: unknown key 'memroy'; did you mean memory?", 4, 3),
        ("size: 64M", "siez: 64M", "machine.areas[1]: unknown key 'siez'; did you mean size?", 11, 7),
        ("size: 64M", "base: 64M", "machine.areas[1]: missing key 'size'; add size: 256M", 10, 7),
        ("name: secure", "base: 0", "machine.areas[1]: missing key 'name'; add name: linux,cma", 10, 7),
        ("disk: 30", "disk: 0", "background.disk: '0' is no whole number from 1 to 100000", 17, 9),
        ("4x32M", "4*32M", "background.processes: '4*32M' is no NUMBERxSIZE that fits in memory", 18, 14),
        ("4x32M", "0x32M", "background.processes: '0x32M' is no", 18, 14),
        ("4x32M", "+4x32M", "background.processes: '+4x32M' is no", 18, 14),
        ("4x32M", "5x420M", "background.processes: '5x420M' is no", 18, 14),
        ("turnover: 8M", "turnover: 3G", "background.turnover: '3G' is not a size from 0 to the", 19, 13),
        ("page_locks: 20", "page_locks: 2.5", "background.page_locks: '2.5' is no whole number", 21, 15),
        ("1.5s", "15h", "background.warm_up: '15h': the units are ns, us, ms, s and min", 22, 12),
        ("1.5s", "61min", "background.warm_up: '61min' is more than 60min", 22, 12),
        ("name: camera", "name: Camera", "devices[0].name: 'Camera' is no name of a device: a-z, th", 24, 11),
        ("name: camera", "name: cam.1", "devices[0].name: 'cam.1' is no name", 24, 11),
        ("name: camera", "name: events", "devices[0].name: 'events' is a key of a scene; choose", 24, 11),
        ("name: screen", "name: camera", "devices[1].name: a second device 'camera'; give each", 31, 12),
        ("plugin: camera.so", "plugin: ''", "devices[0].plugin: the text is empty; write the plu", 25, 13),
        ("area: secure", "area: secur", "devices[0].area: no area 'secur'; did you mean secure?", 26, 11),
        ("area: secure", "area: x", "devices[0].area: no area 'x'; there are linux,cma, secure", 26, 11),
        ("strategy: fail-fast-then-normal", "strategy: ''", "devices[0].strategy: the text is empty", 27, 15),
        ("priority: -5", "priority: -21", "devices[0].priority: '-21' is no whole number from -20", 28, 15),
        ("width: 1920", "Width: 1920", "devices[0].params: 'Width' is no parameter name; use a-z", 29, 14),
        ("width: 1920", "width: {x: 1}", "devices[0].params.width: a mapping stands here; write on", 29, 21),
        ("{width: 1920, format: NV12}", "1920", "devices[0].params: one value stands here; write a", 29, 13),
        ("count: 3", "count: 1001", "devices[0].count: '1001' is no whole number from 1 to 1000", 30, 12),
        ("- {name: screen", "- screen # {", "devices[1]: one value stands here; write a mapping w", 31, 5),
        ("duration: 30s", "duration: 30", "duration: '30' has no unit; write 30s", 36, 11),
        ("duration: 30s", "Duration: 30s", "unknown key 'Duration'; did you mean duration?", 36, 1),
        (
            "duration: 30s", "instrument: {inject: fail}",
            "instrument.inject: one value stands here; write a list", 36, 22
        ),
        (
            "duration: 30s", "instrument: {host_calls: on}",
            "instrument.host_calls: 'on' is neither yes nor no", 36, 26
        ),
        (
            "duration: 30s", "instrument: {injekt: []}",
            "instrument: unknown key 'injekt'; did you mean inject?", 36, 14
        ),
    ]

    @Test(arguments: cases.indices)
    func `a wrong value is named with its path, line and column`(index: Int) {
        let (old, new, message, line, column) = Self.cases[index]
        let error = Sample.error(Sample.replacing(old, by: new))
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.line == line, "\(new)")
        #expect(error?.column == column, "\(new)")
    }

    @Test(arguments: [
        ("devices: []", "missing key 'summary'; add summary: what it shows", 1, 1),
        ("# none\n\nsummary: s", "missing key 'devices'; add a list, such as - {name: camera, ", 3, 1),
        ("summary: s\ndevices: []", "devices: the list is empty; write at least {name: camera, ", 2, 10),
        ("summary: s\ndevices: {}", "devices: a mapping stands here; write a list; begin each", 2, 10),
        ("summary: s\ndevices:\n- plugin: x", "devices[0]: missing key 'name'; add name: camera", 3, 3),
        ("summary: s\ndevices:\n- name: x", "devices[0]: missing key 'plugin'; add plugin: camera.so", 3, 3),
        ("summary: s\nevents: 5", "events: one value stands here; write a list", 2, 9),
        ("text", "one value stands here; write a mapping with summary, seed, machine", 1, 1),
        ("- text", "a list stands here; write a mapping", 1, 1),
    ])
    func `what is missing or of the wrong kind is named where it should be`(
        text: String, message: String, line: Int, column: Int
    ) {
        let error = Sample.error(text)
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test func `a long name is cut in the message`() throws {
        let error = try #require(Sample.error(String(repeating: "é", count: 1000) + ": 1"))
        #expect(error.description.count < 200)
        #expect(error.message.contains("...'; there are "))
    }
}
