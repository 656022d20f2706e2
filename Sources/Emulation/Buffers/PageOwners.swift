import Glibc
import PhysicalMemory

/// Which device holds each page of an area, whether its driver has the page in hand or only the strategy
/// that gathers for it, where its allocations begin, and of which buffer a page is part.
///
/// Offsets and counts are pages; every range is checked, so that a plugin's numbers can be passed on.
/// Beside the pages it counts how many each device holds, and keeps the counts of the moment at which
/// the most were held.
final class PageOwners {
    private typealias Entry = PageOwnerEntry

    private let entries: UnsafeMutablePointer<Entry>
    private let pages: Int
    private let clock: Timeline

    /// Pages held by each device, and at the end of the table by a strategy for nobody.
    private var held: [Int] = []
    private var stocked = 0
    /// The most pages that a strategy held for no device at any moment.
    private(set) var mostStocked = 0
    private var total = 0
    private var peak = Peak()
    /// Whether the peak's moment is now: its counts are those of now.
    private var isAtPeak = false

    /// The moment at which the most pages were held: the last one, if they changed hands meanwhile.
    struct Peak {
        var instant: UInt64 = 0
        var pages = 0
        /// By number of the device, and what a strategy held for nobody.
        var byDevice: [Int] = []
        var stocked = 0
    }

    /// Number of the owner of what a strategy holds for nobody; devices have lower ones.
    static let stock = 0x3ffd

    init(pages: Int, clock: Timeline) {
        self.pages = pages
        self.clock = clock
        // A free page is zero, and memory that comes zeroed takes none before it is written to.
        guard let memory = calloc(pages, MemoryLayout<Entry>.stride) else {
            fatalError("no memory for the owners of \(pages) pages")
        }
        entries = memory.bindMemory(to: Entry.self, capacity: pages)
    }

    deinit { Glibc.free(entries) }

    private func isInside(_ offset: Int, _ count: Int) -> Bool {
        offset >= 0 && count > 0 && offset < pages && count <= pages - offset
    }

    /// Whether every page of the range is held by the device: in its driver's hand, or else taken by a
    /// strategy and not handed over yet.
    func isHeld(offset: Int, count: Int, by device: Int, inHand: Bool) -> Bool {
        guard isInside(offset, count) else { return false }
        return areAlike(
            offset, count, in: Entry.holder | Entry.hand, Entry(owner: device, isInHand: inHand))
    }

    /// Whether all pages of a range have these bits in common with an entry: most ranges are of one owner,
    /// and looked at from end to end without a branch.
    @inline(__always)
    private func areAlike(_ offset: Int, _ count: Int, in mask: UInt64, _ entry: Entry) -> Bool {
        var difference: UInt64 = 0
        for page in UnsafeBufferPointer(start: entries + offset, count: count) {
            difference |= page.bits ^ entry.bits
        }
        return difference & mask == 0
    }

    /// Who holds a page, and whether its driver has it in hand; nil for nobody and outside of the area.
    func holder(at offset: Int) -> (owner: Int, isInHand: Bool)? {
        guard isInside(offset, 1), entries[offset].isHeld else { return nil }
        return (entries[offset].owner, entries[offset].isInHand)
    }

    /// Calls `body` for each longest stretch of a range that one owner holds, and with nil for stretches
    /// that nobody does; the range is in the area.
    func forEachOwner(in range: Range<Int>, _ body: (Range<Int>, Int?) -> Void) {
        var first = range.lowerBound
        while first < range.upperBound {
            let owner = entries[first].owner
            var end = first + 1
            while end < range.upperBound, entries[end].owner == owner { end += 1 }
            body(first..<end, owner < 0 ? nil : owner)
            first = end
        }
    }

    /// As `forEachOwner`, and for each buffer apart; what nobody of the run holds is told with the stock.
    func forEachBuffer(in range: Range<Int>, _ body: (Range<Int>, Int, Int?) -> Void) {
        var first = range.lowerBound
        while first < range.upperBound {
            let (owner, buffer) = (entries[first].owner, entries[first].buffer)
            var end = first + 1
            while end < range.upperBound, entries[end].owner == owner, entries[end].buffer == buffer {
                end += 1
            }
            body(first..<end, owner < 0 ? Self.stock : owner, buffer)
            first = end
        }
    }

    // MARK: Taking and giving back

    /// Pages that nobody held are an allocation of the owner now.
    func give(offset: Int, count: Int, to owner: Int) {
        guard isInside(offset, count) else { return }
        fill(offset, count, Entry(owner: owner))
        change(owner, by: count)
        notePeak()
    }

    func takeBack(offset: Int, count: Int) {
        guard isInside(offset, count) else { return }
        leave(offset, count)
        (entries + offset).update(repeating: .free, count: count)
    }

    /// Pages that the device holds are the stock's now.
    func putInStock(offset: Int, count: Int) {
        guard isInside(offset, count) else { return }
        leave(offset, count)
        give(offset: offset, count: count, to: Self.stock)
    }

    /// Hands the device's driver pages that a strategy took for it or had in stock, as an allocation of
    /// its own.
    /// - Returns: how many of them came from the stock; nil, with nothing changed, for pages of anybody
    ///   else and for those that the driver has already.
    func hand(offset: Int, count: Int, to device: Int) -> Int? {
        guard isInside(offset, count) else { return nil }
        var stocked = 0
        if !areAlike(offset, count, in: Entry.holder | Entry.hand, Entry(owner: device)) {
            for entry in UnsafeBufferPointer(start: entries + offset, count: count) {
                guard !entry.isInHand, entry.owner == device || entry.owner == Self.stock else { return nil }
                stocked += entry.owner == Self.stock ? 1 : 0
            }
        }
        split(behind: offset + count)
        fill(offset, count, Entry(owner: device, isInHand: true))
        guard stocked > 0 else { return 0 }
        change(Self.stock, by: -stocked)
        change(device, by: stocked)
        if isAtPeak { peak.instant = clock.now }
        return stocked
    }

    private func fill(_ offset: Int, _ count: Int, _ entry: Entry) {
        (entries + offset).update(repeating: entry, count: count)
        entries[offset].isBeginning = true
    }

    /// What lies behind a range that ends in an allocation begins one of its own.
    private func split(behind end: Int) {
        if end < pages, entries[end].isHeld { entries[end].isBeginning = true }
    }

    /// Takes pages from the counts of whoever holds them.
    private func leave(_ offset: Int, _ count: Int) {
        keepPeak()
        split(behind: offset + count)
        let first = entries[offset]
        if first.isHeld, areAlike(offset, count, in: Entry.holder, first) {
            return change(first.owner, by: -count)
        }
        var run = 0
        for page in offset..<offset + count {
            run += 1
            let owner = entries[page].owner
            if page + 1 == offset + count || entries[page + 1].owner != owner {
                if owner >= 0 { change(owner, by: -run) }
                run = 0
            }
        }
    }

    private func change(_ owner: Int, by count: Int) {
        total += count
        if owner == Self.stock {
            stocked += count
            mostStocked = max(mostStocked, stocked)
        } else {
            while held.count <= owner { held.append(0) }
            held[owner] += count
        }
    }

    // MARK: The peak

    private func notePeak() {
        guard total > peak.pages else { return }
        peak.pages = total
        peak.instant = clock.now
        isAtPeak = true
    }

    /// Keeps the counts of the peak before they change.
    private func keepPeak() {
        guard isAtPeak else { return }
        peak.byDevice = held
        peak.stocked = stocked
        isAtPeak = false
    }

    /// Pages that a device holds, in its driver's hand or not.
    func heldPages(by device: Int) -> Int { device < held.count ? held[device] : 0 }

    /// Pages that are held now, by number of the device, and by a strategy for nobody.
    var heldNow: (byDevice: [Int], stocked: Int) { (held, stocked) }

    /// The moment at which the most pages were held until now.
    var worstMoment: Peak {
        guard isAtPeak else { return peak }
        return Peak(instant: peak.instant, pages: peak.pages, byDevice: held, stocked: stocked)
    }

    // MARK: Allocations and buffers

    /// Pages of the allocation that the range cuts into pieces, and its first page; nil when the range
    /// is made of whole allocations. Every page of it is held by one device.
    func allocationSplit(byOffset offset: Int, count: Int) -> Range<Int>? {
        guard isInside(offset, count) else { return nil }
        if !entries[offset].isBeginning { return allocation(around: offset) }
        let end = offset + count
        let goesOn = end < pages && !entries[end].isBeginning && entries[end].owner == entries[offset].owner
        return goesOn ? allocation(around: end) : nil
    }

    private func allocation(around page: Int) -> Range<Int> {
        let owner = entries[page].owner
        var first = page
        while first > 0, !entries[first].isBeginning, entries[first - 1].owner == owner { first -= 1 }
        var end = page + 1
        while end < pages, !entries[end].isBeginning, entries[end].owner == owner { end += 1 }
        return first..<end
    }

    /// Makes ranges of the device's pages one buffer. False, with nothing changed, when a page is not
    /// in the driver's hand or is part of a buffer already, of this one included.
    func makeBuffer(_ number: Int, of ranges: [Range<Int>], device: Int) -> Bool {
        for (index, range) in ranges.enumerated() {
            let isUnused =
                isInside(range.lowerBound, range.count)
                && range.allSatisfy {
                    entries[$0].owner == device && entries[$0].isInHand && entries[$0].buffer == nil
                }
            guard isUnused else {
                for done in ranges[..<index] { endBuffer(number, in: done) }
                return false
            }
            for page in range { entries[page].buffer = number }
        }
        return !ranges.isEmpty
    }

    /// Pages of a buffer that are still in it are in none again; the range is in the area.
    func endBuffer(_ number: Int, in range: Range<Int>) {
        for page in range where entries[page].buffer == number { entries[page].buffer = nil }
    }

    /// Numbers of the buffers that have a page in the range, in its order.
    func buffers(inOffset offset: Int, count: Int) -> [Int] {
        guard isInside(offset, count), !areAlike(offset, count, in: Entry.buffer, .free) else { return [] }
        var numbers: [Int] = []
        for page in offset..<offset + count {
            if let number = entries[page].buffer, numbers.last != number { numbers.append(number) }
        }
        return numbers
    }

    /// Pages that a device holds, by buffer: those of none first, then by number.
    func holdings(of device: Int) -> [(buffer: Int?, pages: Int)] {
        guard device < held.count, held[device] > 0 else { return [] }
        var loose = 0
        var counts: [Int: Int] = [:]
        for page in 0..<pages where entries[page].owner == device {
            if let number = entries[page].buffer {
                counts[number, default: 0] += 1
            } else {
                loose += 1
            }
        }
        return (loose > 0 ? [(nil, loose)] : [])
            + counts.keys.sorted().map { ($0, counts[$0] ?? 0) }
    }
}
