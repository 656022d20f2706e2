public import Recordings
public import TextSupport

/// The summary of an import as text.
public enum ImportText {
    public static func render(_ report: ImportReport, style: TextStyle) -> String {
        var text = "machine   \(Human.size(pages: report.memoryPages))"
        if let first = report.firstPFN { text += " at \(Human.size(pages: first))" }
        text += ", "
        text += "\(Human.count(report.cpus, "CPU")), \(Human.grouped(report.freePages)) pages free"
        if let kernel = report.kernel { text += ", Linux \(Human.printable(kernel))" }
        text += "\n"
        for area in report.areas {
            text += style.paint(Human.printable(area.name), .bold)
            text += ": \(Human.size(pages: area.pages)) at \(Human.size(pages: area.basePFN)), "
            text += "\(Human.grouped(area.pages)) pages from frame \(area.basePFN)\n"
            let counts = [
                (area.free, "free"), (area.perCPU, "free on CPUs' lists"), (area.movable, "movable"),
                (area.pageCache, "page cache"), (area.held, "held by drivers"),
            ]
            text += "  pages   "
            text += counts.filter { $0.0 > 0 }.map { "\(Human.grouped($0.0)) \($0.1)" }
                .joined(separator: ", ")
            text += "\n  pinned  \(Human.grouped(area.pinned))\n"
        }
        text += "read      \(Human.count(report.files.count, "file"))\n"
        var reasons: [String] = []
        for file in report.skipped where !reasons.contains(file.part) { reasons.append(file.part) }
        for reason in reasons {
            let files = report.skipped.filter { $0.part == reason }.map { Human.printable($0.file) }
            let more = files.count > 1 ? " and \(files.count - 1) more" : ""
            text += "not used  \(files[0])\(more): \(Human.printable(reason))\n"
        }
        for line in report.assumed { text += "assumed   \(Human.printable(line))\n" }
        return text
    }
}
