import Emulation
import PhysicalMemory
import TextSupport

/// A key that a scene can have: what may stand there, what it means, and what holds when it is left out.
///
/// ``all`` is the only list of the keys. The reader accepts what is in it and nothing else, and takes the defaults
/// from it; the reference, the manual page and the JSON Schema are made from it.
public struct SceneKey: Sendable, Hashable {
    /// What may stand after a key.
    public enum Kind: Sendable, Hashable {
        case text
        /// A file or a plugin, looked for beside the scene first.
        case file
        /// A whole number.
        case whole
        case size
        case duration
        /// A share in per cent.
        case share
        case yesOrNo
        /// One of these words.
        case choice([String])
        /// Keys of its own, those whose paths begin with this one's.
        case mapping
        /// A list of mappings; the paths of their keys begin with this one's and `[]`.
        case list
        /// A list of texts.
        case texts
        /// Names that the plugin defines, with a value each.
        case arguments
    }

    /// The smallest and the largest value; nil where the rest of the scene decides, as `limit` says.
    public struct Bounds: Sendable, Hashable {
        public let lower: String?
        public let upper: String?
        /// The bound that is nil, in words.
        public let limit: String?
    }

    /// From the root, with `[]` for an element of a list: `machine.areas[].size`.
    public let path: String
    public let kind: Kind
    /// Of the value: `pages`, `MB/s`; nil where the kind says it or there is none.
    public let unit: String?
    /// Of a number, size, duration or share, and of the characters of a text; nil where there are none.
    public let bounds: Bounds?
    /// The value that holds when the key is left out; nil where none does.
    public let defaultValue: String?
    public let isRequired: Bool
    /// A value as a scene would have it.
    public let example: String
    /// One or more sentences.
    public let meaning: String
    /// The first devemu that knew it.
    public let since: String

    /// The last part of the path.
    public var name: String {
        let name = path.split(separator: ".").last ?? ""
        return String(name)
    }

    /// The key with that path; nil for any other text. The elements of a list may have numbers.
    public init?(path: String) {
        guard let key = Self.byPath[Self.pattern(of: path)] else { return nil }
        self = key
    }

    /// A path with `[]` in place of `[3]`.
    static func pattern(of path: String) -> String {
        guard path.contains("[") else { return path }
        var pattern = ""
        var isIndex = false
        for character in path {
            if character == "]" { isIndex = false }
            if !isIndex { pattern.append(character) }
            if character == "[" { isIndex = true }
        }
        return pattern
    }

    private static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    /// The keys of a mapping, or of the elements of a list, in order; those of the root for nil.
    public static func keys(of parent: SceneKey?) -> [SceneKey] {
        let prefix = parent.map { $0.path + ($0.kind == .list ? "[]." : ".") } ?? ""
        return all.filter { $0.path.hasPrefix(prefix) && !$0.path.dropFirst(prefix.count).contains(".") }
    }

    private init(
        _ path: String, _ kind: Kind, unit: String? = nil, from lower: String? = nil, to upper: String? = nil,
        limit: String? = nil, default defaultValue: String? = nil, isRequired: Bool = false, example: String,
        since: String = "0.1", _ meaning: String
    ) {
        self.path = path
        self.kind = kind
        self.unit = unit
        let isBounded = lower != nil || upper != nil || limit != nil
        bounds = isBounded ? Bounds(lower: lower, upper: upper, limit: limit) : nil
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.example = example
        self.since = since
        self.meaning = meaning
    }

    /// Every key, parents before their children, in the order in which a configuration is printed.
    public static let all: [SceneKey] =
        [
            SceneKey(
                "summary", .text, from: "1", to: "\(Scene.longestSummary)", isRequired: true,
                example: "two cameras share 64 MiB", "What the scene shows, in one line."),
            SceneKey(
                "seed", .whole, from: "0", to: "\(UInt64.max)", example: "7",
                "Seed of every random choice. Without it the command line decides; its default is 1."),
        ] + machine + background + devices + events + [
            SceneKey(
                "duration", .duration, from: "0s", to: longestMoment, example: "30s",
                "The run goes on at least until this moment of emulated time, also after the last event."),
            SceneKey(
                "instrument", .mapping, example: "{host_calls: yes}",
                "What is recorded of the calls that plugins make of the host, and which of them fail on purpose."
            ),
            SceneKey(
                "instrument.host_calls", .yesOrNo, default: "no", example: "yes",
                "Count and time every call of the host, also when none is to fail."),
            SceneKey(
                "instrument.inject", .texts, example: "[fail 7th cma_alloc]",
                "Rules by which calls of the host fail or are delayed, as --inject takes them."),
        ]

    private static let longestMoment = EmulatedDuration(nanoseconds: Scene.longestNanoseconds).description

    /// The area of a scene that has none.
    static let defaultArea = [
        (name: "name", value: "linux,cma"), (name: "size", value: "256M"), (name: "base", value: "512M"),
    ]

    private static let machine = [
        SceneKey(
            "machine", .mapping, example: "{memory: 2G, cpus: 4}",
            "The machine and what is in its memory at the start."),
        SceneKey(
            "machine.memory", .size, from: "4M", to: "64G", default: "1G", example: "2G",
            "Memory of the machine. With device_tree, in place of what the tree says."),
        SceneKey(
            "machine.cpus", .whole, from: "1", to: "256", default: "2", example: "4", "CPUs of the machine."),
        SceneKey(
            "machine.kernel", .choice(Kernel.all.map(\.name)), default: Kernel.standard.name,
            example: Kernel.standard.name, since: "0.2",
            "The kernel that decides, as 'devemu kernels' lists them."),
        SceneKey(
            "machine.costs", .text, default: Kernel.standard.costs, example: "linux-6.1-cortex-a72",
            "What each step costs: the name of a shipped cost profile, or a file beside the scene. By default "
                + "the profile of the kernel."),
        SceneKey(
            "machine.mutex", .choice(MutexScope.allCases.map(\.rawValue)),
            default: Kernel.standard.search.mutex.rawValue, example: "area",
            "Who waits for whom in cma_alloc(): one mutex for the machine, or one for each area. By default as "
                + "the kernel has it."),
        SceneKey(
            "machine.areas", .list,
            default: "[{"
                + defaultArea.map { "\($0.name): \($0.value.contains(",") ? "\"\($0.value)\"" : $0.value)" }
                .joined(separator: ", ") + "}]",
            example: "[{name: \"linux,cma\", size: 256M}]",
            "The contiguous areas; the first is the default area. A device tree has areas of its own."),
        SceneKey(
            "machine.areas[].name", .text, from: "1", to: "\(Scene.longestName)", isRequired: true,
            example: "secure", "Unique name of the area, without '/'."),
        SceneKey(
            "machine.areas[].size", .size, from: "1", limit: "what memory has left for areas",
            isRequired: true,
            example: "64M", "Size of the area, rounded up to whole pageblocks."),
        SceneKey(
            "machine.areas[].base", .size, from: "0", limit: "the end of memory less the size",
            example: "512M",
            "Address of the first byte. Without it the area lies as high as it fits."),
        SceneKey(
            "machine.areas[].order_per_bit", .whole, from: "0", to: "10", default: "0", example: "4",
            "log2 of the pages that one bit of the area's bitmap stands for; the smallest allocation and its "
                + "alignment."),
        SceneKey(
            "machine.fill", .share, from: "0%", to: "100%", default: "93%", example: "80%",
            "Share of every area that holds movable pages at the start."),
        SceneKey(
            "machine.pins", .whole, unit: "pages", from: "0", limit: "the pages of all areas", default: "300",
            example: "50", "Pages pinned at the start, spread over all areas."),
        SceneKey(
            "machine.state", .file, example: "board.state",
            "A recording, or a state that 'devemu import' wrote: the machine starts from it. It says what "
                + "memory, cpus, fill and pins say otherwise."),
        SceneKey(
            "machine.device_tree", .file, example: "board.dtb",
            "A device tree (.dtb or .dts) that says what memory and areas the machine has, in place of areas and "
                + "state."),
    ]

    private static let background = [
        SceneKey(
            "background", .mapping, example: "{writers: 2, warm_up: 5s}",
            "What else goes on in the machine; nothing unless a key here says so."),
        SceneKey(
            "background.writers", .whole, unit: "processes", from: "0", to: "64", default: "0", example: "2",
            "Processes that write files of 8 MiB round and round, with an fsync after every fourth."),
        SceneKey(
            "background.disk", .whole, unit: "MB/s", from: "1", to: "100000", default: "20", example: "100",
            "What the disk takes that the writers write to; 10^6 bytes a second."),
        SceneKey(
            "background.processes", .text, example: "4x32M",
            "Processes with anonymous memory, as NUMBERxSIZE: 1 to 256 processes that together fit in memory."
        ),
        SceneKey(
            "background.thp", .yesOrNo, default: "no", example: "yes", since: "0.2",
            "Whether the processes have transparent huge pages. A huge page moves as a whole, and a pin on any page of "
                + "it holds all of it."),
        SceneKey(
            "background.mlock", .yesOrNo, default: "no", example: "yes", since: "0.2",
            "Whether the memory of the processes is locked. A locked page moves all the same."),
        SceneKey(
            "background.turnover", .size, unit: "bytes/s", from: "0", limit: "the machine's memory",
            default: "4M", example: "8M", "Memory that each of the processes exchanges in a second."),
        SceneKey(
            "background.transient_pins", .whole, unit: "1/s", from: "0", to: "1000000", default: "0",
            example: "50", "Short pins a second on random pages of the areas, as fork and O_DIRECT take them."
        ),
        SceneKey(
            "background.page_locks", .whole, unit: "1/s", from: "0", to: "1000000", default: "0",
            example: "50", "Page locks a second on random pages of the areas."),
        SceneKey(
            "background.warm_up", .duration, from: "0s", to: "60min", default: "15s", example: "2s",
            "Emulated time that all this goes on before the first device starts. A number without a unit is in "
                + "seconds."),
    ]

    private static let devices = [
        SceneKey(
            "devices", .list, isRequired: true, example: "[{name: camera, plugin: camera.so}]",
            "The devices and the plugins that drive them; at most \(DeviceGroup.limit), with all instances."),
        SceneKey(
            "devices[].name", .text, from: "1", to: "32", isRequired: true, example: "camera",
            "Unique name: a-z, then a-z, 0-9, _ and -. Settings and events call the device by it."),
        SceneKey(
            "devices[].plugin", .file, isRequired: true, example: "camera.so",
            "The plugin: a file beside the scene, or one that devemu finds by its name."),
        SceneKey(
            "devices[].area", .text, example: "secure",
            "Name of the area that serves the device. By default the first; with a device tree, the one that the "
                + "tree gives the device."),
        SceneKey(
            "devices[].strategy", .text, example: "bulk",
            "How its buffers are gathered: a name of 'devemu strategies', or a plugin of that kind. Without it the "
                + "driver does as it does by itself."),
        SceneKey(
            "devices[].priority", .whole, from: "-20", to: "19", default: "0", example: "-5",
            "Of events due at the same instant, those of the device with the lower number go first."),
        SceneKey(
            "devices[].params", .arguments, example: "{width: 1920}",
            "Values for the plugin's parameters; 'devemu plugin inspect' lists them."),
        SceneKey(
            "devices[].count", .whole, from: "1", to: "\(DeviceGroup.limit)", default: "1", example: "3",
            "Instances of the device, named camera.1, camera.2 and so on when there are several."),
    ]

    private static let events = [
        SceneKey(
            "events", .list, example: "[{t: 2s, device: camera, op: start}]",
            "What devices do when. A device without an event runs the first operation of its plugin at 0s."),
        SceneKey(
            "events[].t", .duration, from: "0s", to: longestMoment, isRequired: true, example: "2s",
            "When the operation is due, from the start of the run."),
        SceneKey(
            "events[].device", .text, isRequired: true, example: "camera",
            "Name of a device, for all its instances, or of one instance, such as camera.2."),
        SceneKey(
            "events[].op", .text, isRequired: true, example: "start",
            "Name of an operation of the plugin; 'devemu plugin inspect' lists them."),
        SceneKey(
            "events[].every", .duration, from: "1ns", to: longestMoment, example: "500ms",
            "Time from one repetition to the next; needs times."),
        SceneKey(
            "events[].times", .whole, from: "1", to: "\(Scene.eventLimit)", example: "20",
            "How often the operation is due in all, by default once; more than 1 needs every."),
        SceneKey(
            "events[].with", .arguments, example: "{frames: 3}", "Values for the operation's arguments."),
    ]
}
