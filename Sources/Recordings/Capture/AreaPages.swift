import KernelFormats
import PhysicalMemory

/// The state of every page of the areas, from the flags of pages and the allocation bitmaps.
struct AreaPages {
    struct States {
        /// One of a recording's letters for each page.
        var letters: [UInt8]
        /// Offsets of pages that no migration moves.
        var pins: [Int] = []
    }

    private let capture: Capture
    private let options: ImportOptions
    private let areas: [AreaPlaces.Area]

    /// Stretches of pages of which nothing tells who has them are a buffer's from this length on, where
    /// there is no bitmap.
    private static let shortestBuffer = 16

    init(_ capture: Capture, _ options: ImportOptions, areas: [AreaPlaces.Area]) {
        self.capture = capture
        self.options = options
        self.areas = areas
    }

    func states(of area: AreaPlaces.Area, _ notes: inout [String]) throws(CaptureError) -> States {
        noteUsed(of: area, &notes)
        if let words = try words(of: area, in: capture.flags) {
            let counts = try self.words(of: area, in: capture.counts)
            return classify(words, counts, area, &notes)
        }
        guard area.bitmap != nil else {
            throw CaptureError(
                "'\(area.name)': neither kpageflags of its pages nor its bitmap: nothing to start from")
        }
        return scatter(area, &notes)
    }

    /// The words of the area's frames; nil when there are none.
    private func words(
        of area: AreaPlaces.Area, in dumps: [Capture.Frames]
    ) throws(CaptureError) -> ArraySlice<UInt64>? {
        var nearest: Capture.Frames?
        for dump in dumps {
            let isPart = dump.words.count == area.pages
            // A part of exactly the area's size is the area's, a whole dump begins at frame 0.
            let first = dump.firstPFN ?? options.firstPFN ?? (isPart ? area.basePFN : 0)
            let begin = area.basePFN - first
            if begin >= 0, begin + area.pages <= dump.words.count {
                return dump.words[begin..<begin + area.pages]
            }
            if begin >= 0, begin < dump.words.count { nearest = dump }
        }
        if let nearest {
            throw CaptureError(
                "\(nearest.path): byte \(nearest.words.count * 8): the words end inside of the area "
                    + "'\(area.name)': cut short, or not from the frame that was said")
        }
        return nil
    }

    private func noteUsed(of area: AreaPlaces.Area, _ notes: inout [String]) {
        guard let used = area.used, let bitmap = area.bitmap else { return }
        let counted = bitmap.words.count(in: area.bits) << area.orderPerBit
        if counted != used {
            notes.append(
                "'\(area.name)': the machine went on between reads: \(counted) pages are held by the bitmap, "
                    + "\(used) by 'used'")
        }
    }

    // MARK: By flags

    private func classify(
        _ words: ArraySlice<UInt64>, _ counts: ArraySlice<UInt64>?, _ area: AreaPlaces.Area,
        _ notes: inout [String]
    ) -> States {
        var states = States(letters: [])
        states.letters.reserveCapacity(area.pages)
        var (huge, fixed, late) = (0, 0, 0)
        for (offset, word) in words.enumerated() {
            let flags = PageFlags(rawValue: word)
            let isHeld = area.bitmap?.words[offset >> area.orderPerBit] ?? false
            var letter: Character
            switch flags.use {
            case .free: letter = "."
            case .unmarked: letter = isHeld ? "C" : "l"
            case .anonymous: letter = "a"
            case .cleanFile: letter = "f"
            case .dirtyFile: letter = "d"
            case .writeback: letter = "w"
            case .locked: letter = "k"
            case .offLRU: letter = isHeld ? "C" : "A"
            case .unmovable:
                letter = isHeld ? "C" : "a"
                if !isHeld {
                    fixed += 1
                    states.pins.append(offset)
                }
            }
            if letter == "l", let counts, counts[counts.startIndex + offset] > 0 { late += 1 }
            if !flags.isDisjoint(with: [.hugetlb, .transparentHuge]) { huge += 1 }
            states.letters.append(letter.asciiValue ?? 0)
        }
        if area.bitmap == nil { takeForBuffers(&states.letters, area, &notes) }
        func note(_ count: Int, _ text: String) {
            if count > 0 { notes.append("'\(area.name)': \(count) \(text)") }
        }
        note(huge, "pages of huge pages are single pages that can be moved")
        note(fixed, "pages of the kernel itself, or none at all, stay where they are")
        note(late, "pages that came into use between the reads of kpageflags and kpagecount are free")
        note(
            states.letters.count { $0 == UInt8(ascii: "w") || $0 == UInt8(ascii: "k") },
            "pages were locked or under writeback: that is over at the start")
        return states
    }

    /// Without a bitmap: long stretches of pages that nothing tells of are buffers of drivers.
    private func takeForBuffers(
        _ letters: inout [UInt8], _ area: AreaPlaces.Area, _ notes: inout [String]
    ) {
        var first = 0
        var held = 0
        while first < letters.count {
            guard letters[first] == UInt8(ascii: "l") else {
                first += 1
                continue
            }
            let end = letters[first...].firstIndex { $0 != UInt8(ascii: "l") } ?? letters.count
            if end - first >= Self.shortestBuffer {
                for page in first..<end { letters[page] = UInt8(ascii: "C") }
                held += end - first
            }
            first = end
        }
        notes.append(
            "'\(area.name)': without its bitmap, stretches of \(Self.shortestBuffer) pages and more that "
                + "nothing tells of are held by drivers: \(held) pages")
    }

    // MARK: By the bitmap alone

    /// Free and used pages in stretches, so many of them free as the machine counts.
    private func scatter(_ area: AreaPlaces.Area, _ notes: inout [String]) -> States {
        let isHeld = (0..<area.pages).map { area.bitmap?.words[$0 >> area.orderPerBit] ?? false }
        let total = areas.reduce(0) { sum, area in
            sum + area.pages - (area.bitmap?.words.count(in: area.bits) ?? 0) << area.orderPerBit
        }
        let free =
            capture.zoneinfo?.freeContiguous ?? capture.vmstat?["nr_free_cma"]
            ?? capture.meminfo?["CmaFree"].map { PageGeometry.standard.pages(inKibibytes: $0) } ?? total
        let share = total > 0 ? min(Double(free) / Double(total), 1) : 1
        notes.append(
            "'\(area.name)': without kpageflags, \(Int((share * 100).rounded())) % of the pages that nobody "
                + "holds are free, in stretches drawn from seed \(options.seed)")
        var generator = SeededGenerator(seed: options.seed)
        var letters: [UInt8] = []
        let meanStretch = 24.0
        while letters.count < area.pages {
            let isFree = generator.uniform(in: 0...1) < share
            let length = generator.below(Int(2 * meanStretch)) + 1
            for _ in 0..<min(length, area.pages - letters.count) {
                letters.append(UInt8(ascii: isFree ? "." : "a"))
            }
        }
        for (page, isHeld) in isHeld.enumerated() where isHeld { letters[page] = UInt8(ascii: "C") }
        return States(letters: letters)
    }
}
