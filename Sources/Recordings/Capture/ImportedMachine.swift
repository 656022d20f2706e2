import KernelFormats
import PhysicalMemory

/// A machine that devemu can start from, put together from what a real one printed.
public struct ImportedMachine: Sendable {
    public let state: MachineState
    public let report: ImportReport

    /// - Throws: `CaptureError` when the capture is not enough, or its parts contradict each other.
    public init(_ capture: Capture, options: ImportOptions = ImportOptions()) throws(CaptureError) {
        var notes: [String] = []
        if let blockOrder = capture.pagetypeinfo?.blockOrder, blockOrder != PageGeometry.standard.blockOrder {
            notes.append(
                "pageblocks of \(PageGeometry.standard.blockPages) pages; the machine's have \(1 << blockOrder)"
            )
        }
        try Self.checkPageSize(capture)
        let places = try AreaPlaces(capture, options)
        notes += places.notes
        var areas: [MachineState.Area] = []
        var rows: [ImportReport.Area] = []
        let pages = AreaPages(capture, options, areas: places.areas)
        for area in places.areas {
            let states = try pages.states(of: area, &notes)
            let row = ImportReport.Area(
                name: area.name, basePFN: area.basePFN, pages: area.pages, orderPerBit: area.orderPerBit)
            rows.append(row.counting(states))
            areas.append(
                MachineState.Area(
                    name: area.name, basePFN: area.basePFN, pages: area.pages,
                    orderPerBit: area.orderPerBit, pageblockPages: PageGeometry.standard.blockPages,
                    runs: Self.runs(of: states.letters), pins: states.pins))
        }
        var pins = PinSearch(areas, seed: options.seed)
        pins.search(capture.evidence, capture.pins, options.pins, &notes)
        for (index, found) in pins.pins.enumerated() {
            areas[index].pins = found
            rows[index].pinned = found.count
        }
        let machine = MachineFacts(capture, areas: areas)
        notes += machine.notes
        var kernel: [Recording.Setting] = []
        if let version = capture.kernelVersion { kernel.append(.init(key: "version", value: version)) }
        kernel.append(.init(key: "cpus", value: "\(machine.cpus)"))
        state = MachineState(
            kernel: kernel, firstPFN: capture.firstPFN, memoryPages: machine.memoryPages,
            managedPages: machine.managedPages,
            freePages: machine.freePages, freeContiguous: machine.freeContiguous, areas: areas)
        report = ImportReport(
            kernel: capture.kernelVersion, firstPFN: capture.firstPFN == 0 ? nil : capture.firstPFN,
            memoryPages: state.memoryPages, freePages: state.freePages,
            cpus: machine.cpus, areas: rows,
            files: capture.readings.map { .init(file: $0.file, part: $0.part) },
            skipped: capture.skipped.map { .init(file: $0.file, part: $0.part) }, assumed: notes)
    }

    /// Refuses a machine whose pages are not of 4 KiB, where the capture states that.
    private static func checkPageSize(_ capture: Capture) throws(CaptureError) {
        guard let size = PageSize.kibibytes(of: capture), size != 4 else { return }
        throw CaptureError(
            "the machine has pages of \(size) KiB: what meminfo counts in kB is \(size) times what vmstat or "
                + "zoneinfo counts in pages; an import needs a machine with pages of 4 KiB")
    }

    private static func runs(of letters: [UInt8]) -> [Recording.Run] {
        var runs: [Recording.Run] = []
        for letter in letters {
            if runs.last?.letter == letter {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(.init(letter: letter, count: 1))
            }
        }
        return runs
    }
}

extension ImportReport.Area {
    fileprivate func counting(_ states: AreaPages.States) -> ImportReport.Area {
        var row = self
        for letter in states.letters {
            switch letter {
            case UInt8(ascii: "."): row.free += 1
            case UInt8(ascii: "l"): row.perCPU += 1
            case UInt8(ascii: "C"): row.held += 1
            case UInt8(ascii: "f"), UInt8(ascii: "d"), UInt8(ascii: "w"): row.pageCache += 1
            default: row.movable += 1
            }
        }
        return row
    }
}
