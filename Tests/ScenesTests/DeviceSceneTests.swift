import Scenes
import Testing

@Suite struct DeviceSceneTests {
    @Test func `a count makes instances with numbers, from 1`() throws {
        let devices = try Sample.scene().devices
        #expect(devices.map(\.name) == ["camera.1", "camera.2", "camera.3", "screen"])
        #expect(devices.map(\.plugin) == ["camera.so", "camera.so", "camera.so", "./display.so"])
        #expect(devices.map(\.area) == [1, 1, 1, 0])
        #expect(devices.map(\.priority) == [-5, -5, -5, 0])
        #expect(devices.map(\.strategy?.count) == [21, 21, 21, nil])
    }

    @Test func `parameters keep their text and say where it stands`() throws {
        let devices = try Sample.scene(
            Sample.replacing("format: NV12", by: "format: 012, flag: yes, tilde: ~, none: '', star: \"*x\""),
            ("camera.height", "1080"), ("camera.width", "0x10")
        ).devices
        let parameters = devices[1].parameters
        #expect(parameters.map(\.name) == ["width", "format", "flag", "tilde", "none", "star", "height"])
        #expect(parameters.map(\.text) == ["0x10", "012", "yes", "~", "", "*x", "1080"])
        #expect(parameters[0].origin == .override)
        #expect(parameters[1].origin == .file(line: 29, column: 35))
        #expect(parameters[6].origin == .override)
        #expect(devices[3].parameters.isEmpty)
    }

    @Test func `a thousand devices fit, in one or several`() throws {
        #expect(try Sample.scene(Sample.short, ("camera.count", "1000")).devices.count == 1000)
        #expect(try Sample.scene(Sample.text, ("camera.count", "999")).devices.count == 1000)
        let error = Sample.error(Sample.text, ("camera.count", "1000"))
        #expect(error?.description == "devices[1].name: more than 1000 devices in all")
        #expect(error?.line == 31)
    }
}
