import Measurement
import TextSupport

/// What the page says of one result: the sentences that the terminal prints, for the page to place.
///
/// Their JSON stands beside the results. The parts that a kind of result does not have are absent.
struct PageSentences: Encodable {
    /// A result in a few words, which is also the heading of its command.
    let title: String
    /// What was run: scene, pins, fill, strategy, seed.
    let subject: [String]
    let verdicts: [Sentence]
    /// What was run, in more detail.
    let setting: [Note]
    /// What limits the verdicts.
    let notes: [Note]
    /// The command that makes the result again, as a shell takes it.
    var command: String?
    var madeBy: String?
    /// Why requests failed, for each run with a history, each of its areas and each anatomy in it.
    var anatomies: [[[AnatomySentences]]]?
    /// For each area whose size was searched for.
    var sizes: [Size]?
    var sweep: Sweep?

    struct Size: Encodable {
        let answers: [Sentence]
        let evidence: [String]
        let parts: [String]
        let obstacles: [String]
        let elsewhere: [String]
        let alternatives: [Alternative]
        let kernel: [String]
    }

    struct Alternative: Encodable {
        let name: String
        let size: String
    }

    struct Sweep: Encodable {
        let extent: String
        let choices: String?
        let rule: String
        /// One for each verdict of the result, overall ones first.
        let overall: [Choice]
        let conditions: [Choice]
        let effects: [Sentence]
        let front: [Sentence]
        let offFront: String?
        let roles: String

        enum CodingKeys: String, CodingKey {
            case extent, choices, rule, overall, conditions, effects, front, roles
            case offFront = "off_front"
        }
    }

    struct Choice: Encodable {
        let place: String
        let text: String
        let tone: Sentence.Tone
    }

    enum CodingKeys: String, CodingKey {
        case title, subject, verdicts, setting, notes, command, anatomies, sizes, sweep
        case madeBy = "made_by"
    }

    init(_ record: RunRecord) {
        let sentences = RunSentences(record)
        subject = sentences.subject
        title = subject.joined(separator: ", ")
        verdicts = sentences.verdicts
        setting = sentences.setting
        notes = sentences.notes
        anatomies = record.history.map { history in
            [history.areas.map { AnatomySentences.all(of: $0, devices: record.devices.map(\.name)) }]
        }
        reproduce(record.reproduce)
    }

    init(_ comparison: Comparison) {
        let cases = Self.distinct(comparison.rows.map(\.caseName))
        let strategies = Self.distinct(comparison.rows.map(\.strategy))
        let seeds = comparison.rows.map(\.runs).min() ?? 0
        let names =
            strategies.count > 3
            ? "\(strategies.count) \((comparison.contenders ?? .strategies).rawValue)"
            : Wording.list(strategies)
        let machines = comparison.machines ?? []
        let load = Self.distinct(machines.compactMap { Self.load($0.machine) })
        subject = (cases + load + [names, Human.count(seeds, "seed")]).map { Human.printable($0) }
        title = Human.printable("\(Wording.list(cases)): \(names), against \(comparison.reference)")
        let hasCases = cases.count > 1
        verdicts =
            [ComparisonSentence.incomplete(comparison)].compactMap(\.self)
            + ComparisonSentence.kernels(comparison)
            + comparison.verdicts.map { verdict in
                let sentence = ComparisonSentence(
                    verdict, comparison.rows(of: verdict), reference: comparison.reference,
                    contenders: comparison.contenders ?? .strategies
                ).sentence
                return Sentence(
                    hasCases ? Human.printable("\(verdict.caseName), ") + sentence.text : sentence.text,
                    sentence.tone)
            }
        setting = machines.map {
            Note(hasCases ? Human.printable($0.caseName) : "machine", Self.machine($0.machine))
        }
        notes = comparison.verdicts.flatMap { verdict -> [Note] in
            let rows = comparison.rows(of: verdict)
            let place = hasCases ? Human.printable("\(verdict.caseName): ") : ""
            return ComparisonSentence.reserves(rows).map { Note("reserve", place + $0.text, $0.tone) }
                + rows.flatMap { row in
                    row.failures.map { failure in
                        let text = "\(row.strategy), seed \(failure.seed): \(failure.text)"
                        return Note("failed", place + Human.printable(text), .bad)
                    }
                }
        }.reduce(into: []) { notes, note in
            // Devices of a case share what happened to its runs.
            if !notes.contains(note) { notes.append(note) }
        }
        anatomies = comparison.histories?.map { run in
            run.areas.map { AnatomySentences.all(of: $0, devices: run.devices) }
        }
        reproduce(comparison.reproduce)
    }

    init(_ result: SizeResult) {
        let name = Human.printable(result.name)
        let strategy = result.strategy.map { "strategy \(Human.printable($0))" }
        let load = result.machine.flatMap(Self.load)
        subject = [
            name, load, strategy ?? "each driver's own strategy", Human.count(result.seeds, "seed"),
        ].compactMap(\.self)
        title = "size of the areas of \(name), seeds from \(result.firstSeed)"
        let incomplete = SizeSentences.incomplete(result)
        verdicts =
            [incomplete?.sentence].compactMap(\.self)
            + result.areas.flatMap { SizeSentences(result, $0).answers }
        setting = result.machine.map { [Note("machine", Self.machine($0))] } ?? []
        notes =
            (SizeSentences.kernelNote(result).map { [Note("kernel", $0.text, $0.tone)] } ?? [])
            + (incomplete?.searches.map { Note("open", $0, .fair) } ?? [])
        sizes = result.areas.map { area in
            let sentences = SizeSentences(result, area)
            return Size(
                answers: sentences.answers, evidence: sentences.evidence, parts: sentences.parts,
                obstacles: sentences.obstacles, elsewhere: sentences.elsewhere,
                alternatives: sentences.alternatives.map { Alternative(name: $0.name, size: $0.size) },
                kernel: sentences.kernel)
        }
        reproduce(result.reproduce)
    }

    init(_ result: SweepResult) {
        let sentences = SweepSentences(result)
        title = "sweep: \(sentences.title), plan \(result.plan.hash.prefix(12))"
        subject = [sentences.title]
        verdicts = [Sentence(sentences.strongest)]
        setting = [Note("runs", sentences.extent)]
        notes =
            [sentences.groups].compactMap { $0.map { Note("compared", $0.text, $0.tone) } }
            + sentences.endings.map { Note("runs", $0.text, $0.tone) }
        func choice(_ verdict: SweepVerdict) -> Choice {
            let sentence = SweepSentences.sentence(verdict)
            return Choice(
                place: SweepSentences.place(verdict), text: sentence.text, tone: sentence.tone)
        }
        let shown = result.effects.filter { [.satisfied, .stall].contains($0.response) }
        let front = result.front
        sweep = Sweep(
            extent: sentences.extent, choices: sentences.tooFewSeeds, rule: SweepSentences.choiceRule,
            overall: result.verdicts.overall.map(choice), conditions: result.verdicts.conditions.map(choice),
            effects: sentences.caveat(shown),
            front: [
                sentences.noFront.map { Sentence($0) },
                SweepSentences.comparedOn(front.compared, leftOut: front.leftOut, what: "option"),
            ].compactMap(\.self),
            offFront: sentences.offFront, roles: sentences.roles)
        reproduce(result.reproduce)
    }

    /// The name of the page in a browser: what was run, and the first sentence about it.
    var browserTitle: String {
        ([subject.joined(separator: ", ")] + [verdicts.first?.text].compactMap(\.self))
            .joined(separator: ": ")
    }

    private mutating func reproduce(_ reproduction: Reproduction?) {
        guard let reproduction else { return }
        command = Human.printable(reproduction.shellLine)
        madeBy = "made by \(Human.printable(reproduction.version))"
    }

    /// Pins and fill of a generated machine, in words; nil for a recorded one.
    private static func load(_ machine: MachineSummary) -> String? {
        guard let pins = machine.pins, let fill = machine.fill else { return nil }
        return "\(Human.count(pins, "page")) pinned, \(Human.share(fill)) movable"
    }

    private static func machine(_ machine: MachineSummary) -> String {
        let areas = machine.areas.map { area in
            "area \(Human.printable(area.name)) of \(Human.size(pages: area.pages))"
        }
        let parts =
            [Human.size(pages: machine.memoryPages)] + areas + [load(machine) ?? "from a recorded state"]
            + [machine.background, "kernel \(machine.kernel)"].compactMap { $0.map { Human.printable($0) } }
        return parts.joined(separator: ", ")
    }

    private static func distinct(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// Words that pictures of the page need beside the sentences.
struct PageWords: Encodable {
    struct Response: Encodable {
        let name: SweepResponse
        let title: String
    }

    let obstacles = ObstacleWords.all
    let responses = SweepResponse.allCases.map { Response(name: $0, title: $0.title) }
}
