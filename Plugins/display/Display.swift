import CDevEmu

/// What a scene or the command line asks of a mode.
struct ModeRequest {
    var mode: ScreenMode
    var rule: PitchRule
    var compression: Compression
    /// Frame buffers; 2 for double and 3 for triple buffering.
    var buffers: UInt32
    /// Pictures to show before the operation returns.
    var frames: UInt32
    /// From picture to picture, ns.
    var period: UInt64
    var policy: video_policy

    var bytes: UInt64 { FrameBuffer.bytes(of: mode, rule: rule, compression: compression) }
}

/// One display controller, for the whole run of its instance.
final class Display {
    private let device: OpaquePointer
    private var primary: Plane?
    private var overlay: Plane?
    private var cursor: Plane?

    private init(_ device: OpaquePointer) { self.device = device }

    /// The controller of this instance, registered at the first call.
    static func current() -> Display? {
        if let data = get_drvdata() {
            return Unmanaged<Display>.fromOpaque(data).takeUnretainedValue()
        }
        guard let device = device_register("display") else { return nil }
        let display = Display(device)
        set_drvdata(Unmanaged.passRetained(display).toOpaque())
        return display
    }

    /// Mode set with the screen dark meanwhile: the memory of the old mode can serve the new one.
    func setMode(_ request: ModeRequest) {
        primary = nil
        primary = scanOut(request)
        primary?.show(request.frames, period: request.period)
    }

    /// Another monitor: the new buffers are allocated while the old are still scanned out, and those go
    /// after the first picture of the new mode. Without memory the old picture stays.
    func hotplug(_ request: ModeRequest) {
        guard let plane = scanOut(request) else { return }
        usleep_range(UInt(request.period / 1000), UInt(request.period / 1000))
        primary = plane
        plane.show(request.frames, period: request.period)
    }

    /// Monitors that come and go: 720p, 1080p, UHD and back to 1080p, with a cursor and small buffers
    /// allocated between the mode sets and given back later.
    func storm(_ request: ModeRequest, cycles: UInt32) {
        let modes = ["720p", "1080p", "uhd", "1080p"].compactMap(ScreenMode.named)
        var small: [Plane] = []
        for step in 0..<Int(cycles) * modes.count {
            var next = request
            next.mode = modes[step % modes.count]
            hotplug(next)
            cursor = buffer("cursor", bytes: Self.cursorBytes, request.policy)
            if let object = buffer("object", bytes: UInt64(step % 5 + 1) << 16, request.policy) {
                small.append(object)
            }
            if small.count > 3 { small.removeFirst() }
        }
    }

    /// A plane for video on top of the primary one.
    func setOverlay(
        _ layout: video_layout, buffers: UInt32, frames: UInt32, period: UInt64, policy: video_policy
    ) {
        var layout = layout
        overlay = nil
        let plane = Plane(device, name: "overlay", policy: policy)
        guard plane.request(buffers, layout: &layout), plane.turnOn(period: period) else { return }
        overlay = plane
        plane.show(frames, period: period)
    }

    /// Every plane is turned off and gives its memory back.
    func turnOff() { (primary, overlay, cursor) = (nil, nil, nil) }

    /// 64x64 pixels.
    private static let cursorBytes: UInt64 = 64 * 64 * 4

    private func scanOut(_ request: ModeRequest) -> Plane? {
        let plane = Plane(device, name: "primary", policy: request.policy)
        guard plane.request(request.buffers, bytes: request.bytes), plane.turnOn(period: request.period)
        else { return nil }
        return plane
    }

    private func buffer(_ name: StaticString, bytes: UInt64, _ policy: video_policy) -> Plane? {
        let plane = Plane(device, name: name, policy: policy)
        return plane.request(1, bytes: bytes) ? plane : nil
    }
}
