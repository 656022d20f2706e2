import KernelFormats
import Recordings

/// A small capture made up: one area of 64 pages at page 65536, every use of a page once.
enum SampleCapture {
    static let base = 65_536

    /// The first sixteen pages; the other 48 are free.
    static let flags: [PageFlags] = [
        .buddy, [], .anonymous.union(.lru), [.lru, .upToDate], [.lru, .dirty, .upToDate],
        [.lru, .writeback, .upToDate], [.lru, .locked, .upToDate], [.anonymous, .upToDate], .slab, .reserved,
        [], [], [.dirty], [], [.anonymous, .lru, .transparentHuge, .compoundHead],
        [.mapped],
    ]

    static func pageFlags(_ name: String = "proc/kpageflags") -> CaptureFile {
        let words = flags.map(\.rawValue) + [UInt64](repeating: PageFlags.buddy.rawValue, count: 48)
        return CaptureFile(path: name, bytes: PageWords(words: words).binary)
    }

    /// Pages 10 to 13 and 15 are held.
    static let held = [10, 11, 12, 13, 15]

    static func area(_ name: String = "linux,cma", base: Int = base) -> [CaptureFile] {
        let bits = (0..<64).map { held.contains($0) }
        return [
            file("\(name)/base_pfn", "\(base)\n"), file("\(name)/count", "64\n"),
            file("\(name)/order_per_bit", "0\n"), file("\(name)/used", "5\n"),
            file("\(name)/bitmap", CMABitmap(bits: bits).text),
        ]
    }

    static func file(_ name: String, _ text: String) -> CaptureFile {
        CaptureFile(path: "capture/sys/kernel/debug/cma/\(name)", bytes: Array(text.utf8))
    }

    static let zoneinfo = CaptureFile(
        path: "capture/proc/zoneinfo",
        bytes: Array(
            """
            Node 0, zone   Normal
              pages free     100000
                    spanned  131072
                    managed  125000
              nr_free_cma  49
                cpu: 0
                          count: 1
              start_pfn:           0

            """.utf8))

    static var all: [CaptureFile] { [pageFlags()] + area() + [zoneinfo] }
}
