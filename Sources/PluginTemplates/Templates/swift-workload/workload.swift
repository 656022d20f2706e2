// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a device whose buffers are gathered chunk by chunk, fail-fast.
//
// `run` is one session: the buffers are gathered, used for a while and given back. A scene calls the two
// halves as operations of their own, `start` and `stop`; what lives from one to the other belongs to
// the instance, see get_drvdata(), because a scene may have several of them. What devemu reads before
// it loads this file is in note.txt.

public import CDevEmu

private let invalid: Int32 = -22

/// Chunks of 2^order pages that go back to their area with the object.
private final class Buffer {
    private static let chunkCount = 32

    private let area: OpaquePointer
    private let order: UInt32
    private var set: OpaquePointer?
    private var index: Int32 = -1
    private var chunks: [OpaquePointer?] = []

    /// Nil when a chunk is not to be had at once, or the device cannot use what there is.
    init?(_ area: OpaquePointer, order: UInt32, in set: OpaquePointer) {
        self.area = area
        self.order = order
        while chunks.count < Self.chunkCount {
            guard let chunk = cma_alloc(area, 1 << Int(order), order, CMA_ALLOC_FAIL_FAST) else { return nil }
            chunks.append(chunk)
        }
        self.set = set
        index = buffer_set_add(set, chunks, chunks.count, 1 << Int(order))
        guard index >= 0 else { return nil }
    }

    deinit {
        if index >= 0 { buffer_set_remove(set, UInt32(index)) }
        for chunk in chunks { cma_release(area, chunk, 1 << UInt(order)) }
    }
}

private final class Device {
    private static let minimum: UInt32 = 2

    private let device: OpaquePointer
    private var buffers: [Buffer] = []

    private init(_ device: OpaquePointer) { self.device = device }

    /// The device of the instance that was called, registered at the first call.
    static func of(_ host: UnsafePointer<devemu_host>?) -> Device? {
        guard devemu_attach(host) == 0 else { return nil }
        if let data = get_drvdata() { return Unmanaged<Device>.fromOpaque(data).takeUnretainedValue() }
        guard let device = device_register("my-plugin") else { return nil }
        let new = Device(device)
        set_drvdata(Unmanaged.passRetained(new).toOpaque())
        return new
    }

    func start(_ wanted: UInt32, order: UInt32) {
        stop()  // a second start is a restart
        guard let area = dev_get_cma_area(device),
            let set = buffer_set_open(device, "frames", wanted, Self.minimum)
        else { return }
        while buffers.count < wanted, let buffer = Buffer(area, order: order, in: set) {
            buffers.append(buffer)
        }
        if buffer_set_close(set) < Int32(Self.minimum) {
            devemu_log(DEVEMU_LOG_WARNING, "too few buffers to start the device")
        }
    }

    func stop() { buffers = [] }
}

@c(my_plugin_start)
public func start(_ host: UnsafePointer<devemu_host>?, _ buffers: UInt32, _ order: UInt32) -> Int32 {
    guard let device = Device.of(host) else { return invalid }
    device.start(buffers, order: order)
    return 0
}

@c(my_plugin_stop)
public func stop(_ host: UnsafePointer<devemu_host>?) -> Int32 {
    guard let device = Device.of(host) else { return invalid }
    device.stop()
    return 0
}

@c(my_plugin_run)
public func run(_ host: UnsafePointer<devemu_host>?, _ buffers: UInt32, _ order: UInt32) -> Int32 {
    let result = start(host, buffers, order)
    guard result == 0 else { return result }
    msleep(100)
    return stop(host)
}
