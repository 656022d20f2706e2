import Testing

/// The camera's operations.
@Suite struct CameraTests {
    private static let parameters = "memory: contiguous, sensor: 1080p, frames: 10"

    private func camera(_ events: String..., area: String = "128M", parameters: String = Self.parameters)
        -> PluginScene
    {
        PluginScene(plugin: "camera", area: area, parameters: parameters, events: events)
    }

    /// 4 x 633 pages of RAW10, 4 x 760 of NV12 and 4 x 338 of a 720p preview.
    private static let session = 6924

    @Test func `a preview session is a raw ring, a main and a preview stream, none of which drops a frame`()
        throws
    {
        let run = try camera("t: 0s, op: start", "t: 1s, op: stop").run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["raw 4", "main 4", "preview 4"])
        #expect(run.peakPages == Self.session)
        #expect(device.framesDelivered == 3 * 10)
        #expect(device.framesDropped == 0)
        run.expectCleanDevices()
    }

    @Test func `streaming off keeps the memory, stop gives it back`() throws {
        let run = try camera("t: 0s, op: start").run(status: 2)
        #expect(run.devices.first?.pagesHeldAtExit == Self.session)
    }

    @Test func `a camera without a raw ring and a preview has one stream`() throws {
        let run = try camera(
            "t: 0s, op: start", "t: 1s, op: stop",
            parameters: Self.parameters + ", raw_buffers: 0, preview_buffers: 0, format: YUYV"
        ).run()
        #expect(run.devices.first?.gathered == ["main 4"])
        #expect(run.peakPages == 4 * 1013)
    }

    @Test func `a still is taken with the session's memory given back before and allocated after`() throws {
        let run = try camera(
            "t: 0s, op: start", "t: 1s, op: still, with: {sensor: 12mp}", "t: 4s, op: stop"
        ).run()
        let device = try #require(run.devices.first)
        #expect(
            device.gathered == [
                "raw 4", "main 4", "preview 4", "still raw 1", "still 1", "raw 4", "main 4", "preview 4",
            ])
        // RAW12 and RGB888 of 12 MP; with the session it would be 6924 more.
        #expect(run.peakPages == 4537 + 9031)
        // Twice ten frames of three streams, the raw picture, the still made of it.
        #expect(device.framesDelivered == 2 * 30 + 2)
        run.expectCleanDevices()
    }

    @Test func `a still without room is refused, and the preview comes back`() throws {
        let run = try camera(
            "t: 0s, op: start", "t: 1s, op: still, with: {sensor: 12mp}", "t: 4s, op: stop", area: "40M"
        ).run(status: 1)
        let device = try #require(run.devices.first)
        #expect(
            device.gathered == [
                "raw 4", "main 4", "preview 4", "still raw 1", "still 0", "raw 4", "main 4", "preview 4",
            ])
        #expect(run.log.map(\.text) == ["still: 0 of 1 buffers of 9031 pages, needs 1: error -12"])
        run.expectCleanDevices()
    }

    @Test(arguments: [3, 20])
    func `a burst has every raw frame queued at once`(burst: Int) throws {
        let run = try camera(
            "t: 0s, op: burst, with: {burst: \(burst)}", "t: 9s, op: stop", area: "192M"
        ).run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["still raw \(burst)", "still 1"])
        #expect(run.peakPages == burst * 633 + 1519)
        #expect(device.framesDelivered == 2 * burst)
        #expect(device.framesDropped == 0)
        run.expectCleanDevices()
    }

    @Test func `with zero shutter lag the ring stays, and pictures are made of it`() throws {
        let run = try camera(
            "t: 0s, op: zsl", "t: 9s, op: stop",
            parameters: Self.parameters + ", full_buffers: 3, jpeg_kib: 1024, shots: 3"
        ).run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["raw 4", "main 3", "preview 4", "jpeg 2"])
        #expect(run.peakPages == 4 * 633 + 3 * 760 + 4 * 338 + 2 * 256)
        // Ten frames of the ring and the preview; each shot is a full picture and a coded one.
        #expect(device.framesDelivered == 2 * 10 + 3 * 2)
        #expect(device.framesDropped == 0)
        run.expectCleanDevices()
    }

    @Test func `a session that is not complete is given back whole`() throws {
        let run = try camera("t: 0s, op: start", area: "16M").run(status: 1)
        let device = try #require(run.devices.first)
        // 633 pages lie 768 apart and 760 too: 4 and 1 of them fit into 4096.
        #expect(device.gathered == ["raw 4", "main 1"])
        #expect(device.pagesHeldAtExit == 0)
        #expect(run.log.map(\.text) == ["main: 1 of 4 buffers of 760 pages, needs 2: error -12"])
    }

    /// A buffer of 760 pages in one piece begins on a multiple of 256, so buffers lie 768 pages apart: two
    /// of them fit into 2048 pages, one short of the minimum.
    @Test func `two of four buffers are too few for three, and nothing is kept`() throws {
        let run = try RunOutline.of(
            [
                "run", "camera.so", "--area", "8M@512M", "--fill", "0", "--pins", "0", "--set",
                "memory=contiguous", "--set", "buffers=4", "--set", "min_buffers=3",
            ], status: 1)
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["capture 2"])
        #expect(!device.satisfied)
        #expect(run.peakPages == 2 * 760)
        run.expectCleanDevices()
    }

    @Test func `two of four buffers are enough for two`() throws {
        let run = try RunOutline.of([
            "run", "camera.so", "--area", "8M@512M", "--fill", "0", "--pins", "0", "--set",
            "memory=contiguous", "--set", "buffers=4", "--set", "min_buffers=2",
        ])
        #expect(run.devices.first?.satisfied == true)
        #expect(run.log.last?.text.hasPrefix("2 of 4 buffers after ") == true)
    }
}
