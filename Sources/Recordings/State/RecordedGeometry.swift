public import PhysicalMemory

extension Recording {
    /// Bytes of a page by the words about a kernel, 4096 where they do not say.
    static func pageBytes(in kernel: [Setting]) throws(RecordingError) -> Int {
        guard let text = kernel.first(where: { $0.key == "page_bytes" })?.value else {
            return PageGeometry.standard.pageBytes
        }
        guard let bytes = Int(text), PageGeometry.pageSizes.contains(bytes) else {
            throw RecordingError(
                .malformed(
                    field: "page_bytes", found: RecordLine.text(Array(text.utf8)[...]),
                    expected: "4096, 16384 or 65536"), line: 2)
        }
        return bytes
    }

    /// Page frame number of the first page of the recorded machine: of QEMU's Arm board `virt` the memory begins at
    /// 1 GiB, of its x86 machines at 0.
    var firstPFN: Int {
        guard kernel("machine")?.hasPrefix("qemu-aarch64") == true else { return 0 }
        return 1 << (30 - MachineState.pageShift(of: kernel))
    }
}

extension MachineState {
    /// log2 of the bytes of a page by the words about a kernel; of 4 KiB where these do not say, or nothing that
    /// can be.
    static func pageShift(of kernel: [Recording.Setting]) -> Int {
        let bytes = (try? Recording.pageBytes(in: kernel)) ?? PageGeometry.standard.pageBytes
        return bytes.trailingZeroBitCount
    }

    var pageShift: Int { Self.pageShift(of: kernel) }

    /// How the machine's memory is divided: its kernel's words give the size of a page, its areas that of a
    /// pageblock.
    /// - Throws: ``RecordingError`` where no kernel has such pages, or the areas contradict each other.
    public func geometry() throws(RecordingError) -> PageGeometry {
        let pageBytes = try Recording.pageBytes(in: kernel)
        guard let first = areas.first else { throw RecordingError(.missing("area"), line: 4) }
        guard let geometry = PageGeometry(pageBytes: pageBytes, blockPages: first.pageblockPages) else {
            throw RecordingError(
                .inconsistent(
                    "pageblocks of \(first.pageblockPages) pages do not go with pages of \(pageBytes) bytes"),
                line: 4)
        }
        guard let other = areas.first(where: { $0.pageblockPages != first.pageblockPages }) else {
            return geometry
        }
        throw RecordingError(
            .inconsistent(
                "pageblocks of \(first.pageblockPages) and of \(other.pageblockPages) pages on one machine"),
            line: 4)
    }

    /// `512M` or `1G` in pages of 2^`pageShift` bytes.
    static func pages(of text: String, pageShift: Int) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast()), number > 0, number <= 1 << 20 else {
            return nil
        }
        switch unit {
        case "M": return number << (20 - pageShift)
        case "G": return number << (30 - pageShift)
        default: return nil
        }
    }

    /// Pages as the text of ``pages(of:pageShift:)``, rounded up to whole MiB.
    static func text(ofPages pages: Int, pageShift: Int) -> String {
        let inMegabyte = 1 << (20 - pageShift)
        return "\((pages + inMegabyte - 1) / inMegabyte)M"
    }
}

extension MachineState {
    /// Whether the machine has huge pages, by what its areas and its CPUs' lists hold.
    var hugePages: HugePages {
        if areas.contains(where: { !$0.folios.isEmpty }) { return .used }
        return listedHugePages > 0 ? .unused : .none
    }
}

extension Recording {
    /// Free huge pages of the area that CPUs keep on their lists at the start. No record tells of these lists; the
    /// pages on them are free, count as none of the zone's free pages, and are on none of the recorded lists.
    var listedHugePages: Int {
        guard areas.count == 1,
            let geometry = PageGeometry(
                pageBytes: (try? pageBytes()) ?? 0, blockPages: areas[0].pageblockPages)
        else { return 0 }
        var free = 0
        var counted: Int?
        for step in steps.prefix(while: { !$0.isCall }) {
            switch step {
            case .pages(let runs, _):
                free = runs.reduce(0) { $0 + ($1.letter == UInt8(ascii: ".") ? $1.count : 0) }
            case .zone(let zone): counted = zone.freeContiguous
            case .lists(let state): free -= state.inArea
            case .pin, .free, .folios, .allocate, .release: break
            }
        }
        return counted.map { max(free - $0, 0) >> geometry.hugePageOrder } ?? 0
    }

    /// The CPU that keeps them, which no record tells either: the one with the fewest pages on lists that are not
    /// recorded among those that have a huge page there. What is left from boot is where nobody took huge pages since;
    /// the CPU that memory was filled from has used up what it had, and has others now.
    func keeperOfHugePages(of pages: Int) -> Int? {
        listsAtStart.filter { $0.unrecorded >= pages }.min { $0.unrecorded < $1.unrecorded }?.cpu
    }
}
