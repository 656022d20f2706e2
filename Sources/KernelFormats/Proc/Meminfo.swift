import TextSupport

/// /proc/meminfo: sizes by name, most of them in KiB.
public struct Meminfo: Sendable, Equatable {
    /// In the order of the file; KiB where the line says kB.
    public var entries: [(name: String, value: Int)]

    public static func == (left: Meminfo, right: Meminfo) -> Bool {
        left.entries.elementsEqual(right.entries) { $0 == $1 }
    }

    public init(entries: [(name: String, value: Int)]) { self.entries = entries }

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        entries = []
        for line in KernelText(bytes) where !line.isBlank {
            let words = line.words
            guard words[0].hasSuffix(":") else {
                throw line.error("'\(printable(words[0]))': expected a name and a colon, as in MemTotal:")
            }
            let value = try line.number(words.count > 1 ? words[1] : nil, String(words[0].dropLast()))
            guard words.count == 2 || words.count == 3 && words[2] == "kB" else {
                throw line.error("'\(printable(words[2]))': expected kB or the end of the line")
            }
            entries.append((String(words[0].dropLast()), value))
        }
        guard self["MemTotal"] != nil else {
            throw KernelFormatError(.line(1), "MemTotal is missing: no meminfo, or not all of it")
        }
    }

    public subscript(name: String) -> Int? { entries.first { $0.name == name }?.value }

    /// Lines as the kernel writes them, for sizes.
    public var text: String {
        entries.map { name, value in
            let head = name + ":"
            let padding = String(repeating: " ", count: max(24 - head.utf8.count - "\(value)".utf8.count, 1))
            return head + padding + "\(value) kB\n"
        }.joined()
    }
}

/// /proc/vmstat: counters by name, in pages or events.
public struct Vmstat: Sendable, Equatable {
    private var counters: [String: Int] = [:]

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        for line in KernelText(bytes) where !line.isBlank {
            let words = line.words
            counters[String(words[0])] = try line.number(
                words.count == 2 ? words[1] : nil, "the value of \(printable(words[0]))")
        }
        guard counters["nr_free_pages"] != nil else {
            throw KernelFormatError(.line(1), "nr_free_pages is missing: no vmstat, or not all of it")
        }
    }

    public subscript(name: String) -> Int? { counters[name] }
}
