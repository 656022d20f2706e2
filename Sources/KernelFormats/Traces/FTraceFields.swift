/// The fields of one event, `name=VALUE` in any order.
struct FTraceFields {
    /// The events of the group, by their names.
    enum Shape {
        case start, busyRetry, finish, release, placedStart, placedFinish

        /// Nil for an event that says nothing about allocations and releases.
        init?(_ name: ArraySlice<UInt8>) {
            switch String(decoding: name, as: UTF8.self) {
            case "cma_alloc_start": self = .start
            case "cma_alloc_busy_retry": self = .busyRetry
            // Before Linux 5.12 there was one event for a call, without the area's name.
            case "cma_alloc_finish", "cma_alloc": self = .finish
            case "cma_release": self = .release
            case "cma_alloc_at_start": self = .placedStart
            case "cma_alloc_at_finish": self = .placedFinish
            default: return nil
            }
        }
    }

    private let values: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]
    private let line: Int

    init(_ text: ArraySlice<UInt8>, line: Int) {
        self.line = line
        var values: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        for word in text.split(separator: 32) {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values.append((word[..<equals], word[(equals + 1)...]))
        }
        self.values = values
    }

    private func value(_ name: StaticString) -> ArraySlice<UInt8>? {
        values.first { field in name.withUTF8Buffer { field.name.elementsEqual($0) } }?.value
    }

    /// The event; nil for one that only announces what a later one says.
    func event(_ shape: Shape, of parsed: FTraceLine) throws(KernelFormatError) -> FTrace.Event? {
        let kind: FTrace.Event.Kind
        switch shape {
        case .start: kind = .start
        case .busyRetry: kind = .busyRetry
        case .finish: kind = .finish
        case .release: kind = .release
        case .placedStart: return nil
        case .placedFinish: kind = .placed
        }
        let newName = shape == .start && value("request_count") != nil
        let count = try number(newName ? "request_count" : "count", in: 0...(1 << 40))
        var align = 0
        if kind == .start || kind == .busyRetry || kind == .finish { align = try number("align", in: 0...63) }
        let errno = try errno()
        return FTrace.Event(
            kind: kind, line: line, task: String(decoding: parsed.task, as: UTF8.self), pid: parsed.pid,
            nanoseconds: parsed.nanoseconds,
            area: value("name").map { String(decoding: $0, as: UTF8.self) } ?? "",
            pfn: kind == .start ? nil : try frame(), count: count, align: align, errno: errno,
            hasPage: errno.map { $0 == 0 } ?? !isNull(value("page") ?? []),
            areaPages: try value("total_count") == nil ? nil : number("total_count", in: 0...(1 << 40)))
    }

    /// The values of `mm_alloc_contig_migrate_range_info` as they are printed.
    func migration(of parsed: FTraceLine) throws(KernelFormatError) -> FTrace.Migration {
        let pages = 0...(1 << 40)
        return FTrace.Migration(
            line: line, pid: parsed.pid, migratetype: try number("migratetype", in: pages),
            migrated: try number("nr_migrated", in: pages), reclaimed: try number("nr_reclaimed", in: pages),
            mapped: try number("nr_mapped", in: pages))
    }

    private func number(_ name: StaticString, in range: ClosedRange<Int>) throws(KernelFormatError) -> Int {
        guard let text = value(name) else {
            throw KernelFormatError(line: line, "the event has no '\(name)='")
        }
        guard let number = Self.bare(text).decimal, range.contains(number) else {
            throw broken(name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Nil for the all-ones value that a call without any window leaves.
    private func frame() throws(KernelFormatError) -> Int? {
        guard let text = value("pfn") else { throw KernelFormatError(line: line, "the event has no 'pfn='") }
        guard let number = Self.bare(text).hexadecimal else {
            throw broken("pfn", text, "a hexadecimal page frame number")
        }
        return number < 1 << 52 ? Int(number) : nil
    }

    private func errno() throws(KernelFormatError) -> Int? {
        guard let text = value("errorno") else { return nil }
        let digits = Self.bare(text)
        let isNegative = digits.first == UInt8(ascii: "-")
        guard let number = (isNegative ? digits.dropFirst() : digits).decimal, number <= 4095,
            isNegative || number == 0
        else { throw broken("errorno", text, "0 or a negative errno") }
        return -number
    }

    private func broken(
        _ name: StaticString, _ text: ArraySlice<UInt8>, _ expected: String
    ) -> KernelFormatError {
        KernelFormatError(line: line, "\(name) is '\(excerpt(text))': expected \(expected)")
    }

    /// Without the comma that one event prints behind a value.
    private static func bare(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.last == UInt8(ascii: ",") ? text.dropLast() : text
    }

    /// A null pointer, as the kernel or trace-cmd prints it.
    private func isNull(_ page: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: page, as: UTF8.self)
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        return text == "(null)" || text == "(nil)" || digits.allSatisfy { $0 == "0" }
    }
}
