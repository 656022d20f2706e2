// display - a display controller without an IOMMU, in Swift.
//
// Frame buffers are scanned out all the time, so a mode set or another monitor finds the old ones in
// use. Compressed frame buffers are larger than linear ones. What the operations take is in note.txt.

public import CDevEmu

private let invalid: Int32 = -22

/// What every entry point begins with.
private func enter(_ host: UnsafePointer<devemu_host>?) -> Display? {
    guard devemu_attach(host) == 0 else { return nil }
    return Display.current()
}

private func policy(_ memory: UnsafePointer<CChar>, _ order: UInt32) -> video_policy {
    video_policy(
        contiguous: strcmp(memory, "contiguous") == 0, order: order, accepts_less: true,
        failure: VIDEO_ROLLBACK)
}

private func period(_ fps: UInt32) -> UInt64 { 1_000_000_000 / UInt64(max(fps, 1)) }

private func request(
    _ mode: UnsafePointer<CChar>, _ driver: UnsafePointer<CChar>, _ compression: UnsafePointer<CChar>,
    _ buffers: UInt32, _ frames: UInt32, _ fps: UInt32, _ policy: video_policy
) -> ModeRequest? {
    guard let mode = ScreenMode.named(String(cString: mode)),
        let rule = PitchRule.of(String(cString: driver)),
        let compression = Compression(rawValue: String(cString: compression))
    else { return nil }
    return ModeRequest(
        mode: mode, rule: rule, compression: compression, buffers: buffers, frames: frames,
        period: period(fps), policy: policy)
}

@c(display_run)
public func run(
    _ host: UnsafePointer<devemu_host>?, _ mode: UnsafePointer<CChar>, _ driver: UnsafePointer<CChar>,
    _ compression: UnsafePointer<CChar>, _ buffers: UInt32, _ frames: UInt32, _ fps: UInt32,
    _ memory: UnsafePointer<CChar>, _ order: UInt32
) -> Int32 {
    let result = modeset(host, mode, driver, compression, buffers, frames, fps, memory, order)
    return result == 0 ? off(host) : result
}

@c(display_modeset)
public func modeset(
    _ host: UnsafePointer<devemu_host>?, _ mode: UnsafePointer<CChar>, _ driver: UnsafePointer<CChar>,
    _ compression: UnsafePointer<CChar>, _ buffers: UInt32, _ frames: UInt32, _ fps: UInt32,
    _ memory: UnsafePointer<CChar>, _ order: UInt32
) -> Int32 {
    guard let display = enter(host),
        let request = request(mode, driver, compression, buffers, frames, fps, policy(memory, order))
    else { return invalid }
    display.setMode(request)
    return 0
}

@c(display_hotplug)
public func hotplug(
    _ host: UnsafePointer<devemu_host>?, _ mode: UnsafePointer<CChar>, _ driver: UnsafePointer<CChar>,
    _ compression: UnsafePointer<CChar>, _ buffers: UInt32, _ frames: UInt32, _ fps: UInt32,
    _ memory: UnsafePointer<CChar>, _ order: UInt32
) -> Int32 {
    guard let display = enter(host),
        let request = request(mode, driver, compression, buffers, frames, fps, policy(memory, order))
    else { return invalid }
    display.hotplug(request)
    return 0
}

@c(display_storm)
public func storm(
    _ host: UnsafePointer<devemu_host>?, _ driver: UnsafePointer<CChar>,
    _ compression: UnsafePointer<CChar>, _ buffers: UInt32, _ cycles: UInt32, _ frames: UInt32,
    _ fps: UInt32, _ memory: UnsafePointer<CChar>, _ order: UInt32
) -> Int32 {
    guard let display = enter(host),
        let request = request("720p", driver, compression, buffers, frames, fps, policy(memory, order))
    else { return invalid }
    display.storm(request, cycles: cycles)
    return 0
}

@c(display_overlay)
public func overlay(
    _ host: UnsafePointer<devemu_host>?, _ overlayWidth: UInt32, _ overlayHeight: UInt32,
    _ overlayFormat: UnsafePointer<CChar>, _ overlayBuffers: UInt32, _ frames: UInt32, _ fps: UInt32,
    _ memory: UnsafePointer<CChar>, _ order: UInt32
) -> Int32 {
    guard let display = enter(host), let format = video_format_named(overlayFormat) else { return invalid }
    var rules = video_rules()
    display.setOverlay(
        video_layout_of(format, overlayWidth, overlayHeight, &rules), buffers: overlayBuffers,
        frames: frames, period: period(fps), policy: policy(memory, order))
    return 0
}

@c(display_off)
public func off(_ host: UnsafePointer<devemu_host>?) -> Int32 {
    guard let display = enter(host) else { return invalid }
    display.turnOff()
    return 0
}
