import Emulation
import KernelFormats
import PhysicalMemory
import Recordings
import Reporting
import TextSupport

extension FuzzTarget {
    /// What `devemu import` reads: files of a real machine.
    ///
    /// An input is the words of the command line, then the files: each behind a line `@@ PATH`, its bytes up to
    /// the newline before the next such line.
    static let capture = FuzzTarget("capture") { bytes in
        let input = CaptureInput(bytes)
        for file in input.files { try checkFormats(of: file.bytes) }
        let strict = try imported(input, isLenient: false)
        let lenient = try imported(input, isLenient: true)
        guard let machine = lenient else {
            try promise(strict == nil, "a lenient reading refuses what is whole")
            return
        }
        if let strict {
            try promise(strict.state == machine.state, "a lenient reading of whole files differs")
        }
        let summary = ImportText.render(machine.report, style: TextStyle(isColored: false))
        try promise(summary.hasSuffix("\n"), "the summary does not end its last line")
        try check(machine.state)
    }

    /// Nil when the capture is refused.
    private static func imported(_ input: CaptureInput, isLenient: Bool) throws -> ImportedMachine? {
        do {
            let capture = try Capture(input.files, isLenient: isLenient)
            return try ImportedMachine(capture, options: input.options)
        } catch {
            try checkRefusal(Human.printable(error.description))
            return nil
        }
    }

    /// A state is read from its file as it was, and a small machine starts from it, whose own capture is
    /// imported as a machine with the same areas.
    private static func check(_ state: MachineState) throws {
        let text = Array(state.text.utf8)
        try promise(try MachineState(parsing: text) == state, "the state changes on its way through a file")
        guard state.memoryPages <= largestMachine else { return }
        let tree: CaptureTree
        do {
            let configuration = try MachineConfiguration(startingAt: state, seed: 1, forcedMode: nil)
            try promise(configuration.areas.count == state.areas.count, "the machine has other areas")
            tree = try CaptureTree(startingFrom: state)
        } catch let error as RecordingError {
            try checkRefusal(Human.printable(error.description))
            return
        }
        let again = try ImportedMachine(Capture(tree.files)).state
        func places(_ state: MachineState) -> [[Int]] {
            state.areas.map { [$0.basePFN, $0.pages, $0.orderPerBit] + $0.pins }.sorted {
                $0[0] < $1[0]
            }
        }
        try promise(places(again) == places(state), "the capture of a started state has other areas or pins")
    }

    /// 64 MiB: a fuzzer lives on many short runs.
    private static let largestMachine = 1 << 14

    /// What is read of a format, written, is read as the same.
    private static func checkFormats(of bytes: [UInt8]) throws {
        if let words = try? PageWords(parsing: bytes) {
            try promise(try PageWords(binary: words.binary) == words, "the words of pages change")
        }
        if let bitmap = try? CMABitmap(parsing: bytes) {
            try promise(try CMABitmap(parsing: Array(bitmap.text.utf8)) == bitmap, "the bitmap changes")
        }
        if let meminfo = try? Meminfo(parsing: bytes) {
            try promise(try Meminfo(parsing: Array(meminfo.text.utf8)) == meminfo, "meminfo changes")
        }
        if let zoneinfo = try? Zoneinfo(parsing: bytes) {
            try promise(try Zoneinfo(parsing: Array(zoneinfo.text.utf8)) == zoneinfo, "zoneinfo changes")
        }
        if let buddyinfo = try? Buddyinfo(parsing: bytes) {
            try promise(try Buddyinfo(parsing: Array(buddyinfo.text.utf8)) == buddyinfo, "buddyinfo changes")
        }
        if let types = try? Pagetypeinfo(parsing: bytes) {
            // The kernel counts up to 100000 blocks of an order.
            let again = try Pagetypeinfo(parsing: Array(types.text.utf8))
            try promise(again.text == types.text, "pagetypeinfo changes")
        }
    }
}

/// The files and options of an input.
struct CaptureInput {
    private(set) var options = ImportOptions()
    private(set) var files: [CaptureFile] = []

    /// - Parameter bytes: words such as `pins=3`, `seed=7`, `first=1024`, `area=isp` or
    ///   `area=isp@1024+512`, in pages, then the files.
    init(_ bytes: [UInt8]) {
        let mark = Array("@@ ".utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index...].starts(with: mark) {
            guard index == 0 || bytes[index - 1] == 10 else { continue }
            parts.append(bytes[start..<max(index - 1, start)])
            start = index + mark.count
        }
        parts.append(bytes[start...])
        for word in String(decoding: parts[0], as: UTF8.self).split(whereSeparator: \.isWhitespace) {
            option(word)
        }
        for part in parts.dropFirst() {
            let path = part.prefix { $0 != 10 }
            files.append(
                CaptureFile(
                    path: String(decoding: path, as: UTF8.self),
                    bytes: Array(part[path.endIndex...].dropFirst())))
        }
    }

    private mutating func option(_ word: Substring) {
        let sides = word.split(separator: "=", maxSplits: 1)
        guard sides.count == 2 else { return }
        let number = Int(sides[1]).flatMap { (0...1 << 40).contains($0) ? $0 : nil }
        switch sides[0] {
        case "pins": options.pins = number.map { .count($0) }
        case "seed": options.seed = UInt64(number ?? 1)
        case "first": options.firstPFN = number
        case "area":
            let parts = sides[1].split { "@+".contains($0) }
            var area = ImportOptions.Area(name: String(parts.first ?? ""))
            if parts.count == 3, let base = Int(parts[1]), let pages = Int(parts[2]),
                (0..<1 << 40).contains(base), (1..<1 << 28).contains(pages)
            {
                area.place = .init(basePFN: base, pages: pages)
            }
            options.areas.append(area)
        default: break
        }
    }
}
