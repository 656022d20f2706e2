import Measurement
import TextSupport

/// Why a request failed or took long, in sentences.
struct AnatomySentences: Encodable {
    /// `request 3: 16 pages for camera, FAILED with -EBUSY`.
    let title: String
    let sentences: [String]
    /// What pages in the way are, each name once, and for each blocker its number among them.
    let owners: [String]
    let blockers: [Int]

    private static let namedPlaces = 3
    private static let namedOwners = 4

    /// - Parameters:
    ///   - begin: of the request, ns.
    ///   - devices: names of the run's devices.
    init(_ anatomy: RequestAnatomy, of area: AreaHistory, begin: UInt64, devices: [String]) {
        let requests = area.requests
        let request = anatomy.request
        let pages = requests.pages[request]
        let errno = requests.errno[request]
        let owner = Human.printable(Self.requester(requests.device[request], devices))
        let took = Human.duration(requests.durationNanoseconds[request])
        let end = errno == 0 ? "took \(took)" : "FAILED with \(Self.name(ofErrno: errno))"
        title = "request \(request + 1): \(Human.count(pages, "page")) for \(owner), \(end)"
        let result = errno == 0 ? "succeeded" : "failed with \(Self.name(ofErrno: errno))"
        let alignment = Human.size(pages: 1 << min(max(requests.align[request], 0), 40))
        var sentences = [
            "\(owner) asked for \(Human.count(pages, "page")) (\(Human.size(pages: pages))) at a multiple of "
                + "\(alignment) after \(Human.duration(begin)); the call \(result) \(took) later.",
            Self.refusals(anatomy),
        ]
        if errno != 0 {
            sentences.append(Self.longestRun(anatomy, pages: pages))
            if let nearest = Self.nearest(anatomy, of: area, devices: devices) { sentences.append(nearest) }
        }
        self.sentences = sentences
        let names = anatomy.blockers.map { Human.printable(Self.owner(of: $0, devices)) }
        let owners = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        self.owners = owners
        blockers = names.map { name in owners.firstIndex(of: name) ?? 0 }
    }

    /// The anatomies of an area's history, in their order.
    static func all(of area: AreaHistory, devices: [String]) -> [AnatomySentences] {
        var instant: UInt64 = 0
        let begins = area.requests.beginStepNanoseconds.map { step in
            instant &+= step
            return instant
        }
        return area.anatomies.map {
            AnatomySentences($0, of: area, begin: begins[$0.request], devices: devices)
        }
    }

    /// The device that a request was made for.
    static func requester(_ device: Int, _ devices: [String]) -> String {
        guard device >= 0 else { return "the strategy" }
        return devices.indices.contains(device) ? devices[device] : "device \(device + 1)"
    }

    private static func name(ofErrno code: Int) -> String {
        let names = [-4: "EINTR", -12: "ENOMEM", -16: "EBUSY", -22: "EINVAL", -110: "ETIMEDOUT"]
        return names[code].map { "-\($0)" } ?? "\(code)"
    }

    private static func refusals(_ anatomy: RequestAnatomy) -> String {
        guard anatomy.refusedWindows > 0 else { return "No window was tried and refused." }
        let known = anatomy.refusals.windows.reduce(0, +)
        let kinds = ObstacleWords.all.compactMap { words -> String? in
            let windows = zip(anatomy.refusals.obstacle, anatomy.refusals.windows)
                .filter { RequestAnatomy.Obstacle.numbered($0.0) == words.obstacle }.reduce(0) { $0 + $1.1 }
            return windows > 0 ? "\(Human.grouped(windows)) by \(words.pages)" : nil
        }
        let verb = anatomy.refusedWindows == 1 ? "was" : "were"
        return "\(Human.count(anatomy.refusedWindows, "window")) \(verb) tried and refused"
            + (known < anatomy.refusedWindows ? "; of the first \(Human.grouped(known))" : "")
            + (kinds.isEmpty ? "" : ": \(Wording.list(kinds))") + "."
    }

    private static func longestRun(_ anatomy: RequestAnatomy, pages: Int) -> String {
        let run = anatomy.largestUsableRun
        let start = "The longest run of free or movable pages had \(Human.grouped(run))"
        guard run >= pages else { return start + ": \(Human.grouped(pages - run)) too few." }
        return start + ", which is long enough: "
            + (anatomy.blockingPages == 0
                ? "pages of it could not be moved in time." : "it does not lie on the alignment.")
    }

    private static func nearest(
        _ anatomy: RequestAnatomy, of area: AreaHistory, devices: [String]
    ) -> String? {
        guard let nearest = anatomy.nearest else {
            return "The area has no window of this size and alignment at all."
        }
        guard anatomy.blockingPages > 0 else { return nil }
        let owners = owners(anatomy.blockers, of: area, devices: devices)
        let more =
            owners.count > namedOwners ? "; \(owners.count - namedOwners) others in the table" : ""
        let listed = anatomy.blockers.reduce(0) { $0 + $1.pages }
        let among = listed < anatomy.blockingPages ? ", the first of them" : ""
        return "The window that came nearest begins at pfn \(pfn(area.pfn(at: nearest))) and has "
            + "\(Human.count(anatomy.blockingPages, "page")) in its way\(among): "
            + owners.prefix(namedOwners).joined(separator: "; ") + more + "."
    }

    /// Pages in the way, those of one owner together: `2 pinned at pfn 0x20010 and 0x20025`.
    private static func owners(
        _ blockers: [RequestAnatomy.Blocker], of area: AreaHistory, devices: [String]
    ) -> [String] {
        var owners: [(name: String, pages: Int, places: [String])] = []
        for blocker in blockers {
            let name = Human.printable(owner(of: blocker, devices))
            let place = pfn(area.pfn(at: blocker.page))
            if let index = owners.firstIndex(where: { $0.name == name }) {
                owners[index].pages += blocker.pages
                owners[index].places.append(place)
            } else {
                owners.append((name, blocker.pages, [place]))
            }
        }
        return owners.map { owner in
            var places = Array(owner.places.prefix(namedPlaces))
            if owner.places.count > namedPlaces {
                places.append("\(owner.places.count - namedPlaces) more places")
            }
            return "\(Human.grouped(owner.pages)) \(owner.name) at pfn \(Wording.list(places))"
        }
    }

    /// What pages in the way are, and for pages held which buffer of which device they are part of.
    static func owner(of blocker: RequestAnatomy.Blocker, _ devices: [String]) -> String {
        guard blocker.obstacle == .held else { return ObstacleWords(blocker.obstacle).name }
        guard let device = blocker.device else { return "held by no device" }
        let part = blocker.set.map { ", buffer \(blocker.buffer ?? 0) of set \($0)" } ?? ""
        return "held by \(requester(device, devices))\(part)"
    }

    private static func pfn(_ number: Int) -> String { "0x" + String(number, radix: 16) }
}

/// What an obstacle is called, alone and as pages that refuse windows.
struct ObstacleWords: Encodable {
    /// In the order in which a page lists them.
    static let all: [ObstacleWords] = [
        RequestAnatomy.Obstacle.pinned, .kernel, .held, .locked, .writeback, .perCPU, .batched, .passed,
    ].map { ObstacleWords($0) }

    let obstacle: RequestAnatomy.Obstacle
    let name: String
    let pages: String

    init(_ obstacle: RequestAnatomy.Obstacle) {
        self.obstacle = obstacle
        (name, pages) =
            switch obstacle {
            case .perCPU: ("on a per-CPU list", "pages on per-CPU lists")
            case .batched: ("in an LRU batch", "pages in LRU batches")
            case .locked: ("locked", "locked pages")
            case .writeback: ("under writeback", "pages under writeback")
            case .pinned: ("pinned", "pinned pages")
            case .kernel: ("the kernel's own", "pages of the kernel")
            case .held: ("held", "pages that are held")
            case .passed:
                ("no longer there when checked", "pages that were no longer in the way when checked")
            }
    }
}

extension RequestAnatomy.Obstacle {
    /// The obstacle that a number in a history stands for.
    static func numbered(_ number: Int) -> Self {
        allCases.indices.contains(number) ? allCases[number] : .passed
    }
}
