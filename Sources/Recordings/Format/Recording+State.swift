extension Recording {
    /// A recording without calls that begins with one of the areas of a state.
    ///
    /// - Parameter area: its index in the state.
    public init(startingIn state: MachineState, area index: Int) {
        let area = state.areas[index]
        let first = Recording(kernel: state.kernel, scenario: [], areas: [], steps: [], stepBytes: [])
            .firstPFN
        let end = state.areas.reduce(state.memoryPages) { max($0, $1.end - first) }
        var steps: [Step] = [.pages(area.runs)]
        if !area.folios.isEmpty { steps.append(.folios(area.folios)) }
        steps += area.pins.map { .pin(offset: $0, taken: true) }
        steps.append(.free(pages: state.freePages, contiguous: state.freeContiguous))
        self.init(
            kernel: state.kernel,
            scenario: [
                Setting(key: "mem", value: MachineState.text(ofPages: end, pageShift: state.pageShift))
            ],
            areas: [
                Area(
                    ranges: area.ranges, orderPerBit: area.orderPerBit, pageblockPages: area.pageblockPages)
            ], steps: steps,
            stepBytes: [Int](repeating: 0, count: steps.count))
    }

    /// What a file says of the start of a machine: a recording, or a state as recordings without calls, one for
    /// each of its areas.
    public static func starts(parsing bytes: [UInt8]) throws(RecordingError) -> [Recording] {
        if let recording = try? Recording(parsing: bytes) { return [recording] }
        let state = try MachineState(parsing: bytes)
        return state.areas.indices.map { Recording(startingIn: state, area: $0) }
    }
}
