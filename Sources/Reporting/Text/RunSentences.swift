import Measurement
import TextSupport

/// What a run came to, in sentences: for each device, or for all where there are many, and what limits them.
struct RunSentences {
    /// Above this number of devices one sentence is about all of them.
    static let deviceLimit = 8
    /// Failed operations, late instances and broken rules that are listed; the rest are counted.
    private static let listLimit = 20

    let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    // MARK: What was run

    /// What the run is called: its scene, its trace or its plugins.
    var name: String {
        if let scene = record.scene { return Human.printable(scene.name) }
        if let trace = record.trace { return Human.printable(trace.name) }
        let names = record.plugins.map { Human.printable($0.name) }
        return names.isEmpty ? "run" : names.joined(separator: " + ")
    }

    /// Name, pins, fill, strategy and seed, to stand with commas between.
    var subject: [String] {
        let start = self.start
        let pages = record.areas.reduce(0) { $0 + $1.pages }
        return [
            name, Human.count(start.pinned, "page") + " pinned",
            "\(Human.percent(start.movable, of: pages)) movable", strategy, "seed \(record.seed)",
        ]
    }

    private var start: PageCounts { record.areas.reduce(into: PageCounts()) { $0.add($1.start) } }

    private var strategy: String {
        if let strategy = record.strategy { return "strategy \(Human.printable(strategy))" }
        return record.mode == "as-asked"
            ? "each driver's own strategy" : "mode \(Human.printable(record.mode))"
    }

    /// The machine and what was chosen for it.
    var setting: [Note] {
        let pages = record.areas.reduce(0) { $0 + $1.pages }
        var areas = record.areas.map { "area of \(Self.place(of: $0))" }
        if areas.count > 1 { areas = ["\(areas.count) areas"] }
        let begin = record.firstPFN.map { " at \(Human.size(pages: $0))" } ?? ""
        let machine = ([Human.size(pages: record.memoryPages) + begin] + areas + ["seed \(record.seed)"])
            .joined(separator: ", ")
        var contents = "\(Human.percent(start.free, of: pages)) free, "
        contents += "\(Human.percent(start.movable, of: pages)) movable, "
        contents += Human.count(start.pinned, "page") + " pinned"
        if start.held > 0 { contents += ", " + Human.count(start.held, "page") + " held" }
        var notes = [Note("machine", machine), Note("at start", contents)]
        if let note = record.kernelNote { notes.append(Note("kernel", Human.printable(note), .fair)) }
        if let background = record.background { notes.append(Note("meanwhile", background)) }
        if let strategy = record.strategy { notes.append(Note("strategy", "\(strategy), for every device")) }
        if record.mode != "as-asked" { notes.append(Note("mode", "\(record.mode), for every call")) }
        return notes
    }

    /// The memory of background processes at the end, where it is in huge pages or locked.
    var processes: [Note] {
        guard let processes = record.processes else { return [] }
        var text = Human.count(processes.residentPages, "page")
        if processes.hugePages > 0 || processes.splitHugePages > 0 {
            text += ", " + Human.count(processes.hugePages, "huge page")
            text += ", \(Human.grouped(processes.splitHugePages)) split"
        }
        if processes.lockedPages > 0 { text += ", all mlocked" }
        return [Note("processes", "\(text); \(Human.count(processes.movedPages, "page")) of them moved")]
    }

    /// Size and address of an area.
    static func place(of area: AreaRecord) -> String {
        "\(Human.size(pages: area.pages)) at \(Human.size(pages: area.basePFN))"
    }

    // MARK: What it came to

    /// The verdict, in one sentence or one for each device.
    var verdicts: [Sentence] {
        if let early = nothingLeft ?? earlyEnd { return [early] }
        return record.devices.count > Self.deviceLimit
            ? [common]
            : record.devices.map(verdict)
                + (record.devices.isEmpty ? [Sentence("The plugin announced no device.")] : [])
    }

    private func verdict(_ device: DeviceRecord) -> Sentence {
        let name = Human.printable(device.name)
        guard device.buffersWanted > 0 else { return Sentence("\(name) asked for no buffers.") }
        let got = "\(device.buffersGot) of \(device.buffersWanted) buffers"
        guard device.satisfied else {
            return Sentence("\(name) is not satisfied: \(got), needs at least \(device.buffersMin).", .bad)
        }
        let time = Human.duration(device.timeToSatisfactionNanoseconds ?? 0)
        guard device.buffersGot >= device.buffersWanted else {
            return Sentence("\(name) can work: \(got) after \(time) of emulated time.", .fair)
        }
        let all = device.buffersWanted == 1 ? "its buffer" : "all \(device.buffersWanted) buffers"
        return Sentence("\(name) is satisfied: \(all) after \(time) of emulated time.", .good)
    }

    /// How many devices are satisfied, and the names of those that are not.
    private var common: Sentence {
        let poor = record.devices.filter { !$0.satisfied }
        guard !poor.isEmpty else {
            return Sentence("All \(record.devices.count) devices are satisfied.", .good)
        }
        let names = poor.map { Human.printable($0.name) }.joined(separator: ", ")
        return Sentence("\(poor.count) of \(record.devices.count) devices are not satisfied: \(names)", .bad)
    }

    /// The whole report of a run of which no results are left; nil when there are some.
    var nothingLeft: Sentence? {
        guard record.outcome.keepsResults == false else { return nil }
        return Sentence("\(ending): none of its results could be kept.", .bad)
    }

    /// The verdict on a run that ended early; nil for one that came to its end.
    private var earlyEnd: Sentence? {
        guard record.outcome.keepsResults == true else { return nil }
        let moment = record.outcome.call.map { " at call \($0.number) of the host, \($0.function)" } ?? ""
        return Sentence(Human.printable("\(ending)\(moment); the results end there."), .bad)
    }

    private var ending: String {
        let subject = record.outcome.instance ?? record.outcome.plugin ?? "The plugin"
        let what =
            switch record.outcome.name {
            case .ok: "ended"
            case .pluginError: "failed"
            case .refused: "was refused"
            case .crashed: "crashed"
            case .timedOut: "ran out of time"
            case .exceeded: "used more \(record.outcome.limit ?? "") than it may"
            case .protocolViolation: "broke the rules and was ended"
            case .lost: "was killed by another process"
            }
        return Human.printable("\(subject) \(what)")
    }

    // MARK: What limits it

    /// All caveats of the run, those of the trace included.
    var notes: [Note] {
        sandbox + traceNotes + contents + record.areas.flatMap(worstMoment) + reserves + brokenRules
            + violations + failures
    }

    /// How plugins were kept from doing harm, where that is less than usual.
    var sandbox: [Note] {
        guard let sandbox = record.sandbox else { return [] }
        let text: String? =
            switch (sandbox.process, sandbox.landlock, sandbox.seccomp) {
            case (false, _, _): "none, and no process of its own"
            case (_, false, false): "limits only: files, network and processes were within reach"
            case (_, false, true):
                sandbox.landlockRevision == nil
                    ? "no landlock: files could be written anywhere"
                    : "no landlock: no file could be written, those of the scratch folder included"
            case (_, true, false): "no seccomp: network and processes were within reach"
            case (_, true, true): nil
            }
        return text.map { [Note("sandbox", $0, .fair)] } ?? []
    }

    /// What the trace lacks, and what was assumed in its place.
    var traceNotes: [Note] {
        guard let trace = record.trace else { return [] }
        let counts = [
            (trace.releasesLeftOut, "release", " of pages that this run did not get"),
            (trace.unknownReleases, "release", " of pages from before the trace"),
            (trace.unfinishedCalls, "call", " without an end"),
        ]
        var notes = counts.filter { $0.0 > 0 }.map { Note("left out", Human.count($0.0, $0.1) + $0.2) }
        if trace.losses > 0 {
            let text = "the trace lost events in \(Human.count(trace.losses, "place"))"
            notes.append(Note("losses", text, .fair))
        }
        if trace.lateRequests > 0 {
            let text = "\(Human.count(trace.lateRequests, "request")) later than in the kernel"
            notes.append(Note("late", text))
        }
        return notes + trace.assumed.map { Note("assumed", Human.printable($0)) }
    }

    /// What became of the pages' bytes.
    var contents: [Note] {
        guard let contents = record.contents else { return [] }
        let moved = Human.count(contents.moved, "page") + " moved"
        guard contents.damaged == 0 else {
            let text = Human.count(contents.damaged, "page") + " lost what was written to them, \(moved)"
            return [Note("contents", text, .bad)]
        }
        return [
            Note("contents", "\(Human.count(contents.verified, "page")) hold what was written, \(moved)")
        ]
    }

    /// Which device held how much when devices held the most of an area, the largest first.
    func worstMoment(of area: AreaRecord) -> [Note] {
        guard record.devices.count > 1, area.peak.heldPages > 0 else { return [] }
        let ranked = area.peak.by.enumerated().sorted {
            ($1.element.pages, $0.offset) < ($0.element.pages, $1.offset)
        }.map(\.element)
        var shares = ranked.prefix(4).map {
            "\(Human.printable($0.device ?? "the strategy")) \(Human.grouped($0.pages))"
        }
        let others = ranked.dropFirst(4).reduce(0) { $0 + $1.pages }
        if others > 0 { shares.append("others \(Human.grouped(others))") }
        return [
            Note(
                "worst",
                "\(Human.count(area.peak.heldPages, "page"))\(suffix(area)) held at "
                    + "\(Human.duration(area.peak.nanoseconds)): " + shares.joined(separator: ", "))
        ]
    }

    private func suffix(_ area: AreaRecord) -> String {
        record.areas.count > 1 ? " of \(Human.printable(area.name))" : ""
    }

    /// What strategies held for no device, one for each area where that is not nothing.
    var reserves: [Note] {
        record.areas.compactMap { area in
            guard let reserve = area.reserve else { return nil }
            let time = reserve.preparationNanoseconds
            return Note(
                "reserve",
                "\(Human.count(reserve.pages, "page"))\(suffix(area)) held for no device"
                    + (time > 0 ? ", taken in \(Human.duration(time)) before a device asked" : ""), .fair)
        }
    }

    /// Rules of the plugin interface that were broken.
    var brokenRules: [Note] {
        let shown = record.protocolViolations.prefix(Self.listLimit)
        guard !shown.isEmpty else { return [] }
        var notes = shown.map { violation in
            let place = "call \(violation.call), \(violation.function) of \(violation.instance)"
            return Note("broken", Human.printable("\(violation.rule) in \(place): \(violation.text)"), .bad)
        }
        let rest = record.protocolViolationCount - shown.count
        if rest > 0 { notes.append(Note("broken", "\(Human.grouped(rest)) more", .bad)) }
        return notes
    }

    /// Rules of every device that were broken, for a reader who does not see the devices one by one.
    private var violations: [Note] {
        let all = record.devices.flatMap { device in device.violations.map { "\(device.name): \($0)" } }
        let rest = all.count - Self.listLimit
        return all.prefix(Self.listLimit).map { Note("violation", Human.printable($0), .bad) }
            + (rest > 0 ? [Note("violation", "\(Human.grouped(rest)) more", .bad)] : [])
    }

    /// Operations that began late, and those that returned an error.
    var failures: [Note] {
        let late = record.plugins.filter { $0.lateOperations > 0 }
        var notes = late.prefix(Self.listLimit).map { plugin in
            Note(
                "late",
                "\(Human.printable(plugin.name)): \(Human.grouped(plugin.lateOperations)) of "
                    + Human.count(plugin.operations, "operation")
                    + ", at most \(Human.duration(plugin.latestNanoseconds))")
        }
        if late.count > Self.listLimit { notes.append(Note("late", "\(late.count - Self.listLimit) more")) }
        notes += record.failures.prefix(Self.listLimit).map { failure in
            let text =
                "\(Human.printable(failure.instance)): \(Human.printable(failure.operation)) at "
                + "\(Human.duration(failure.nanoseconds)) returned \(failure.code)"
                + (failure.errno == "\(failure.code)" ? "" : " (\(failure.errno))")
            return Note("failed", text, .bad)
        }
        let all = record.plugins.reduce(0) { $0 + $1.failedOperations }
        let shown = min(record.failures.count, Self.listLimit)
        if all > shown { notes.append(Note("failed", "\(Human.grouped(all - shown)) more", .bad)) }
        return notes
    }
}
