import Measurement
import TextSupport

/// What devices did with their buffers, and what went wrong.
extension RunText {
    /// Most lines of one kind that a device gets.
    private static let lineLimit = 10

    func frames(_ device: DeviceRecord) -> [String] {
        let all =
            device.framesDelivered + device.framesDropped + device.underruns + device.framesDamaged
        guard all > 0 else { return [] }
        var line = "  frames    \(Human.grouped(device.framesDelivered)) delivered, "
        line += "\(Human.grouped(device.framesDropped)) dropped, "
        line += Human.count(device.underruns, "underrun")
        if device.framesDamaged > 0 {
            line += ", " + style.paint("\(Human.grouped(device.framesDamaged)) damaged", .red)
        }
        return [line]
    }

    func leak(_ device: DeviceRecord) -> [String] {
        guard device.pagesHeldAtExit > 0 else { return [] }
        guard record.trace == nil else {
            return ["  holds     \(Human.count(device.pagesHeldAtExit, "page")) where the trace ends"]
        }
        let leak = "\(Human.count(device.pagesHeldAtExit, "page")) never released"
        let places = device.leaks.compactMap { leak in
            leak.set.map {
                "            \(Human.grouped(leak.pages)) of them buffer \(leak.buffer ?? 0) of "
                    + Human.printable($0)
            }
        }
        return ["  leak      " + style.paint(leak, .yellow)] + Self.first(places, of: places.count)
    }

    func violations(_ device: DeviceRecord) -> [String] {
        let lines = device.violations.map { "  violation " + style.paint(Human.printable($0), .red) }
        return Self.first(lines, of: device.violationCount)
    }

    private static func first(_ lines: [String], of count: Int) -> [String] {
        let shown = Array(lines.prefix(lineLimit))
        return count > shown.count
            ? shown + ["            and \(Human.grouped(count - shown.count)) more"] : shown
    }
}
