internal import Measurement
import Recordings
import TextSupport

/// What a map can be drawn of: a run or a comparison with its history, or a machine's state.
public struct MapInput {
    /// An area, and the run that it was part of.
    public struct Area: Sendable {
        public let name: String
        /// What was run: scene or case, strategy and seed; the name of the file for a state.
        public let run: String
        /// The strategy of a comparison's run; nil for a run and a state.
        public let strategy: String?
        let content: Content
    }

    enum Content: Sendable {
        case history(AreaHistory, devices: [String])
        case state(MachineState.Area)
    }

    /// Why a file has no map, in one line.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    public let areas: [Area]

    /// - Throws: ``Refusal``, which begins with the file's name and the line where there is one.
    public init(_ bytes: [UInt8], name: String) throws {
        guard bytes.first(where: { $0 != 32 && $0 != 10 && $0 != 13 && $0 != 9 }) == UInt8(ascii: "{") else {
            do {
                areas = try MachineState(parsing: bytes).areas.map {
                    Area(
                        name: $0.name, run: Human.printable(name), strategy: nil, content: .state($0))
                }
            } catch {
                throw Refusal(
                    description:
                        "\(name):\(error.line): \(error); a map is drawn of a state, or of JSON from run "
                        + "or compare with --history")
            }
            return
        }
        let schema = try? JSONText.decode(Schema.self, from: bytes).schema
        var areas: [Area] = []
        do {
            switch schema {
            case RunRecord.schema:
                let record = try JSONText.record(from: bytes)
                areas = try Self.areas(
                    record.history?.areas ?? [], record.devices.map(\.name),
                    of: RunSentences(record).subject.joined(separator: ", "), in: name)
            case Comparison.schema:
                for run in try JSONText.decode(Comparison.self, from: bytes).histories ?? [] {
                    areas += try Self.areas(
                        run.areas, run.devices,
                        of: Human.printable("\(run.caseName), \(run.strategy), seed \(run.seed)"),
                        strategy: run.strategy, in: name)
                }
            default:
                throw Refusal(
                    description: "\(name): its schema is '\(Human.printable(schema ?? ""))': expected "
                        + "\(RunRecord.schema) or \(Comparison.schema)")
            }
        } catch let error as ImpossibleRecord {
            throw Refusal(description: "\(name): \(error)")
        } catch let error as DecodingError {
            throw Refusal(
                description: "\(name): not valid as \(schema ?? "a result"): \(error.place)")
        }
        guard !areas.isEmpty else {
            throw Refusal(
                description: "\(name): it has no history; make it with --history --format json")
        }
        self.areas = areas
    }

    private struct Schema: Decodable {
        let schema: String
    }

    private static func areas(
        _ histories: [AreaHistory], _ devices: [String], of run: String, strategy: String? = nil,
        in name: String
    ) throws(Refusal) -> [Area] {
        var areas: [Area] = []
        for history in histories {
            if let complaint = HistoryCheck.complaint(about: history, devices: devices.count) {
                throw Refusal(description: "\(name): area \(Human.printable(history.name)): \(complaint)")
            }
            areas.append(
                Area(
                    name: history.name, run: run, strategy: strategy,
                    content: .history(history, devices: devices)))
        }
        return areas
    }
}

extension MapInput.Area {
    /// The area at an instant; nil for the moment at which devices held the most. A state has one moment.
    public func map(at nanoseconds: UInt64?) -> AreaMap {
        switch content {
        case .history(let history, let devices): AreaMap(of: history, devices: devices, at: nanoseconds)
        case .state(let area): AreaMap(of: area)
        }
    }
}
