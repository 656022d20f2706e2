import Emulation
import TextSupport

/// One operation of one device at one moment.
public struct EventScene: Sendable {
    /// When it is due, ns from the start of the run.
    public let nanoseconds: UInt64
    /// Index in `Scene.devices`.
    public let device: Int
    /// The operation as the scene writes it.
    public let operation: String
    /// In the order of the file, those of overrides last.
    public let arguments: [ParameterScene]
    /// Where the scene names the operation.
    public let origin: Origin
}

/// Equal wherever they come from.
extension EventScene: Equatable {
    public static func == (left: EventScene, right: EventScene) -> Bool {
        left.nanoseconds == right.nanoseconds && left.device == right.device
            && left.operation == right.operation && left.arguments == right.arguments
    }
}

extension EventScene {
    /// The events of a scene, repeated and for every instance, in the order in which they are due.
    static func read(
        _ top: SceneSection, groups: [DeviceGroup], _ reader: inout SceneReader
    ) throws(SceneError) -> [EventScene] {
        let list = top.section("events")
        let priorities = groups.flatMap(\.instances).map(\.priority)
        let targets = EventTargets(groups)
        var events: [EventScene] = []
        for (index, node) in list.node.elements.enumerated() {
            let section = SceneSection(node, path: "\(list.path)[\(index)]")
            try read(section, targets: targets, into: &events, &reader)
        }
        // The order in which they were read decides between events that are equally due.
        let order = events.indices.sorted { left, right in
            let (a, b) = (events[left], events[right])
            return (a.nanoseconds, priorities[a.device], left) < (b.nanoseconds, priorities[b.device], right)
        }
        return order.map { events[$0] }
    }

    /// Adds the repetitions of one element of the list.
    private static func read(
        _ section: SceneSection, targets: EventTargets, into events: inout [EventScene],
        _ reader: inout SceneReader
    ) throws(SceneError) {
        let time = try reader.required("t", in: section, example: "2s")
        let start = try time.nanoseconds()
        let device = try reader.required("device", in: section, example: targets.names[0])
        guard let instances = targets[device.text] else {
            throw device.error(
                "no device \(quoted(device.text))"
                    + SceneSchema.advice(for: device.text, among: targets.names))
        }
        let operation = try reader.required("op", in: section, example: "the plugin's operation")
        let name = try operation.nonEmpty("the name of an operation")
        let every = reader.optional("every", in: section)
        let times = reader.optional("times", in: section)
        let period = try every?.nanoseconds() ?? 0
        let count = try times?.number(in: 1...Scene.eventLimit) ?? 1
        if let every {
            guard times != nil else { throw every.error("how often? add times: 20") }
            guard period > 0 else { throw every.error("no time between repetitions; write 2s") }
        } else if let times, count > 1 {
            throw times.error("how far apart? add every: 2s")
        }
        guard count <= (Scene.eventLimit - events.count) / instances.count else {
            throw (times ?? device).error("more than \(Scene.eventLimit) events in all")
        }
        let (span, overflow) = period.multipliedReportingOverflow(by: UInt64(count - 1))
        guard !overflow, span <= Scene.longestNanoseconds - start else {
            let limit = EmulatedDuration(nanoseconds: Scene.longestNanoseconds)
            throw (times ?? time).error("the last repetition is later than \(limit)")
        }
        let arguments = reader.arguments("with", in: section)
        for repetition in 0..<UInt64(count) {
            for instance in instances {
                events.append(
                    EventScene(
                        nanoseconds: start + repetition * period, device: instance, operation: name,
                        arguments: arguments, origin: operation.place.origin))
            }
        }
    }
}

/// What `device:` of an event may name: a device with all its instances, or one of them.
private struct EventTargets {
    /// Names in the file's order, those of devices first; 1 or more.
    let names: [String]
    private let instances: [String: Range<Int>]

    init(_ groups: [DeviceGroup]) {
        var instances: [String: Range<Int>] = [:]
        var single: [String] = []
        var first = 0
        for group in groups {
            instances[group.name] = first..<first + group.instances.count
            if group.instances.count > 1 {
                for (index, instance) in group.instances.enumerated() {
                    instances[instance.name] = first + index..<first + index + 1
                    single.append(instance.name)
                }
            }
            first += group.instances.count
        }
        names = groups.map(\.name) + single
        self.instances = instances
    }

    subscript(name: String) -> Range<Int>? { instances[name] }
}
