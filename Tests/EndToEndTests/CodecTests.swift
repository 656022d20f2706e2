import Testing

/// The codec's operations.
@Suite struct CodecTests {
    private func codec(_ events: String..., area: String = "128M", parameters: String = "frames: 6")
        -> PluginScene
    {
        PluginScene(plugin: "codec", area: area, parameters: parameters, events: events)
    }

    @Test func `a decoder has its bitstream buffers first, then as many pictures as its level asks for`()
        throws
    {
        let run = try codec("t: 0s, op: start", "t: 1s, op: stop").run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["bitstream 4", "capture 10"])
        #expect(run.peakPages == 4 * 256 + 10 * 765)
        // Each picture is loaded, then decoded.
        #expect(device.framesDelivered == 2 * 6)
        run.expectCleanDevices()
    }

    @Test func `a stream that only claims a higher level more than doubles the set`() throws {
        let run = try codec("t: 0s, op: start, with: {level: 5.1}", "t: 1s, op: stop").run()
        #expect(run.devices.first?.gathered == ["bitstream 4", "capture 22"])
    }

    @Test func `a picture that the level does not allow is an error of the scene`() throws {
        let run = try codec("t: 0s, op: start, with: {width: 3840, height: 2160}").run(status: 2)
        #expect(run.failures.map(\.code) == [-22])
        #expect(run.log.map(\.text) == ["level 4.1 does not allow pictures of 3840x2160"])
    }

    @Test(arguments: [("hevc", "5.1", 6), ("vp9", "0", 8), ("av1", "0", 8)])
    func `each standard has its own number of references`(standard: String, level: String, dpb: Int) throws {
        let run = try codec(
            "t: 0s, op: start, with: {standard: \(standard), level: \(level), width: 3840, height: 2160}",
            "t: 2s, op: stop", area: "192M", parameters: "frames: 2, hold: 1, slack: 2"
        ).run()
        #expect(run.devices.first?.gathered == ["bitstream 4", "capture \(dpb + 1 + 1 + 2)"])
        #expect(run.peakPages == 4 * 256 + (dpb + 4) * 3038)
    }

    @Test func `seeking allocates nothing`() throws {
        let run = try codec("t: 0s, op: start", "t: 1s, op: seek", "t: 2s, op: stop").run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["bitstream 4", "capture 10"])
        #expect(device.framesDelivered == 4 * 6)
    }

    /// 810x1080 is coded as 816x1088 in 326 pages; level 4.1 keeps 9 such pictures: 13 with the one in
    /// decode, that on display and two to work ahead with. 1440x1080 takes 574 pages, 9 of them.
    @Test(arguments: [("free-first", 9 * 574), ("alloc-first", 13 * 326 + 9 * 574)])
    func `a resize has the old pictures beside the new ones only if it allocates first`(
        order: String, pages: Int
    ) throws {
        let run = try codec(
            "t: 0s, op: start, with: {width: 810}",
            "t: 1s, op: resize, with: {width: 1440, realloc: \(order)}", "t: 2s, op: stop",
            parameters: "frames: 6, slack: 2"
        ).run()
        #expect(run.devices.first?.gathered == ["bitstream 4", "capture 13", "capture 9"])
        #expect(run.peakPages == 4 * 256 + pages)
        run.expectCleanDevices()
    }

    /// What is left of a stream at 1080p when there is no room for its UHD pictures.
    @Test(
        arguments: [
            ("alloc-first", "rollback", 4 * 256 + 10 * 765), ("free-first", "rollback", 0),
            ("free-first", "degrade", 4 * 256 + 10 * 765),
        ])
    func `a resize that fails leaves what its order and the policy say`(
        order: String, failure: String, pages: Int
    ) throws {
        let run = try codec(
            "t: 0s, op: start, with: {failure: \(failure), level: 4.1}",
            "t: 1s, op: resize, with: {level: 6, width: 7680, height: 4320, realloc: \(order)}",
            area: "40M"
        ).run(status: pages > 0 ? 2 : 1)
        #expect(run.devices.first?.pagesHeldAtExit == pages)
        #expect(run.log.first?.text.hasPrefix("7680x4320: 0 of ") == true)
    }

    @Test func `keep leaves the pictures of a refused stream allocated until it is stopped`() throws {
        let events = ["t: 0s, op: start, with: {failure: keep}", "t: 1s, op: stop"]
        // 1024 pages of bitstream; 3072 are left, room for 4 pictures that lie 768 apart.
        let kept = try codec(events[0], area: "16M").run(status: 2)
        #expect(kept.devices.first?.pagesHeldAtExit == 4 * 256 + 4 * 765)
        let stopped = try codec(events[0], events[1], area: "16M").run(status: 1)
        #expect(stopped.devices.first?.pagesHeldAtExit == 0)
    }

    @Test func `cedrus allocates the motion vectors of an HEVC picture when it is first decoded into`() throws
    {
        let parameters = "standard: hevc, variant: cedrus, slack: 2, frames: 4"
        let start = "t: 0s, op: start"
        var run = try codec(start, "t: 1s, op: stop", parameters: parameters).run()
        #expect(
            run.devices.first?.gathered
                == ["bitstream 4", "capture 10"] + Array(repeating: "motion vectors 1", count: 4))
        #expect(run.peakPages == 4 * 256 + 10 * 765 + 4 * 21)
        // After ten pictures each has its own.
        run = try codec(
            start, "t: 1s, op: seek, with: {frames: 20}", "t: 3s, op: stop", parameters: parameters
        )
        .run()
        #expect(run.devices.first?.sets.count == 2 + 10)
    }

    /// 8 pictures of 760 pages lie 768 apart, 4 inputs of 224 pages 256 apart: that fills 7168 pages, and
    /// the 21 pages of a picture's motion vectors, on a multiple of 32, fit only behind the inputs.
    @Test func `an allocation that fails in mid-stream ends the decoding there`() throws {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: stop", area: "28M",
            parameters: "standard: hevc, variant: cedrus, slack: 0, bitstream_kib: 896, frames: 8"
        ).run(status: 1)
        let device = try #require(run.devices.first)
        #expect(
            device.gathered
                == ["bitstream 4", "capture 8"] + Array(repeating: "motion vectors 1", count: 4)
                + ["motion vectors 0"])
        #expect(run.log.map(\.text) == ["picture 4 failed: error -12"])
        #expect(device.framesDelivered == 2 * 4)
        run.expectCleanDevices()
    }

    @Test func `cedrus takes the motion vectors of 18 H.264 pictures in one block`() throws {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: stop", area: "160M", parameters: "variant: cedrus, frames: 2"
        ).run()
        #expect(
            run.devices.first?.gathered
                == ["bitstream 4", "capture 10", "motion vectors 1", "picture info 1", "neighbour info 1"])
        #expect(run.peakPages == 4 * 256 + 10 * 765 + 4590 + 52 + 8)
    }

    @Test func `meson takes all pictures or none, in two planes`() throws {
        let parameters = "standard: vp9, variant: meson, width: 1920, height: 1080, slack: 0, frames: 2"
        let run = try codec("t: 0s, op: start", "t: 1s, op: stop", area: "160M", parameters: parameters).run()
        let device = try #require(run.devices.first)
        #expect(device.gathered == ["bitstream 4", "vififo 1", "capture 16"])
        #expect(device.sets[2].wanted == 16)
        // 1080p luma is 2073600 bytes, 32 times 64 KiB; half of it is chroma.
        #expect(run.peakPages == 4 * 256 + 16 * (512 + 256) + 4096)
        let refused = try codec("t: 0s, op: start", area: "48M", parameters: parameters).run(status: 1)
        #expect(refused.devices.first?.pagesHeldAtExit == 0)
    }

    /// What Linux 6.1 allocates at STREAMON of the input queue is there before the header of the stream is parsed
    /// and pictures are asked for; a resize leaves it alone.
    @Test func `meson takes its FIFO and the codec's memory before the pictures, once for the stream`() throws
    {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: resize, with: {width: 1280, height: 720}", "t: 2s, op: stop",
            area: "160M", parameters: "variant: meson, frames: 2"
        ).run()
        let before = ["bitstream 4", "vififo 1", "extended firmware 1", "workspace 1", "sei 1"]
        #expect(run.devices.first?.gathered == before + ["capture 10", "capture 15"])
        run.expectCleanDevices()
    }

    @Test func `coda has its work area and ring with the input, and an internal picture for each picture`()
        throws
    {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: stop", area: "160M", parameters: "variant: coda, frames: 2"
        ).run()
        #expect(
            run.devices.first?.gathered
                == [
                    "bitstream 4", "parameters 1", "slice 1", "work 1", "ring 1", "capture 10",
                    "internal picture 10",
                ])
        #expect(run.peakPages == 4 * 256 + 3 + 797 + 148 + 512 + 10 * 765 + 10 * 893)
        run.expectCleanDevices()
    }

    /// At 1080p a picture has 765 pages, its internal one 893; at 720p they have 338 and 394. Level 4.1 makes 10
    /// and 15 of them.
    @Test(
        arguments: [
            ("free-first", "coda", 15 * (338 + 394)),
            ("alloc-first", "coda", 10 * (765 + 893) + 15 * (338 + 394)),
            ("alloc-first", "cedrus", 10 * 765 + 4590 + 52 + 8 + 15 * 338 + 2025 + 41 + 8),
        ])
    func `the order of a resize holds for everything that belongs to the pictures`(
        order: String, variant: String, pages: Int
    ) throws {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: resize, with: {width: 1280, height: 720, realloc: \(order)}",
            "t: 2s, op: stop", area: "256M", parameters: "variant: \(variant), frames: 2"
        ).run("--memory", "1G")
        let start = variant == "coda" ? 10 * (765 + 893) : 0
        let input = variant == "coda" ? 3 + 797 + 148 + 512 : 0
        #expect(run.peakPages == 4 * 256 + input + max(start, pages))
        run.expectCleanDevices()
    }

    @Test
    func `a resize that has no room for internal pictures goes on with the old ones if it allocates first`()
        throws
    {
        let run = try codec(
            "t: 0s, op: start", "t: 1s, op: resize, with: {width: 1280, height: 720, realloc: alloc-first}",
            "t: 2s, op: stop", area: "128M", parameters: "variant: coda, frames: 2"
        ).run(status: 1)
        #expect(run.devices.first?.framesDelivered == 2 * 2 * 2)
        run.expectCleanDevices()
    }

    @Test func `an encoder keeps internal pictures with their vectors, and a work area if it has one`() throws
    {
        let events = ["t: 0s, op: encode, with: {bitstream_kib: 768}", "t: 1s, op: stop"]
        let plain = try codec(events[0], events[1]).run()
        #expect(plain.devices.first?.gathered == ["bitstream 4", "internal 4"])
        #expect(plain.peakPages == 4 * 893 + 4 * 192)
        let coda = try codec(events[0], events[1], parameters: "frames: 6, variant: coda").run()
        #expect(
            coda.devices.first?.gathered
                == ["parameters 1", "slice 1", "work 1", "bitstream 4", "internal 4"])
        #expect(coda.peakPages == 4 * 893 + 4 * 192 + 797 + 148 + 3)
        coda.expectCleanDevices()
    }

    /// Two pictures sets of 9 x 4050 pages do not fit in 128 MiB: both decoders give theirs back while the other
    /// allocates.
    @Test func `decoders that roll back beside each other are not accused of each other's releases`() throws {
        var scene = codec(
            "t: 0s, op: start", "t: 5s, op: stop",
            parameters: "level: 5.1, width: 3840, height: 2160, variant: rkvdec, hold: 3, slack: 0, "
                + "bitstream_buffers: 1, bitstream_kib: 4, frames: 1")
        scene.count = 2
        let run = try scene.run(status: 1)
        #expect(run.devices.map(\.satisfied) == [false, false])
        run.expectCleanDevices()
    }

    @Test func `instances share nothing`() throws {
        var scene = codec(
            "t: 0s, op: start", "t: 1s, op: resize, with: {width: 640, height: 480}", "t: 2s, op: stop",
            parameters: "width: 1280, height: 720, frames: 3")
        scene.count = 3
        let run = try scene.run()
        #expect(run.devices.map(\.name) == ["it.1", "it.2", "it.3"])
        for device in run.devices {
            #expect(device.gathered == ["bitstream 4", "capture 15", "capture 22"])
            #expect(device.framesDelivered == 2 * 2 * 3)
        }
        run.expectCleanDevices()
    }
}
