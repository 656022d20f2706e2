import Emulation
import Measurement
import PhysicalMemory
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

/// What a worker's report comes to. A plugin can send whatever a worker can: nothing is believed that was not asked
/// for, that cannot be, or that only code before a plugin's may say. A whole forged record of the right run cannot be
/// told from a true one.
enum WorkerResult {
    case record(RunRecord)
    /// What the worker found before any code of a plugin ran, or a deadlock of operations, with its exit code.
    case failed(ExitStatus, String)
    /// The worker did not come to its end.
    case ended(RunEnding)

    /// - Parameters:
    ///   - result: the bytes of the last result.
    ///   - run: what the worker was asked for.
    ///   - name: what messages about the whole run call it.
    init(_ report: WorkerReport, result: [UInt8]?, of run: PluginRun, called name: String) {
        func violation(_ text: String) -> WorkerResult {
            .ended(RunEnding(report, of: run, called: name, violation: text))
        }
        switch report.ending {
        case .finished:
            do {
                self = .record(try Self.record(result, of: run))
            } catch {
                self = violation("the result cannot be used: \(error)")
            }
        case .failed(let code, let message):
            let text = String(decoding: Array(message.utf8.prefix(Self.messageLimit)), as: UTF8.self)
            let status = ExitStatus(rawValue: code)
            switch (report.lastPhase, status) {
            case (nil, let status?), (PluginRun.Phase.inspect.rawValue, let status?):
                self = .failed(status, text)
            case (PluginRun.Phase.load.rawValue, _):
                // The loader refused it, or one of its constructors says so.
                self = .ended(RunEnding(report, of: run, called: name))
            case (PluginRun.Phase.run.rawValue, .runFailed?): self = .failed(.runFailed, text)
            default: self = violation("a failure that no plugin can have")
            }
        case .exited, .signalled, .timedOut, .garbled, .interrupted:
            self = .ended(RunEnding(report, of: run, called: name))
        }
    }

    /// Bytes of a failure's message that are shown.
    private static let messageLimit = 4096

    /// What is wrong with a record, in a few words.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// The record that bytes from a worker are.
    ///
    /// - Throws: ``Refusal`` when they are no record of this run.
    static func record(_ bytes: [UInt8]?, of run: PluginRun) throws(Refusal) -> RunRecord {
        guard let bytes else { throw Refusal(description: "there is none") }
        let record: RunRecord
        do {
            record = try JSONText.record(from: bytes)
        } catch let error as ImpossibleRecord {
            throw Refusal(description: error.description)
        } catch {
            throw Refusal(description: "it cannot be read")
        }
        let expected = run.emptyRecord
        func compare<Value: Equatable>(_ found: Value, _ asked: Value, _ field: String) throws(Refusal) {
            guard found == asked else { throw Refusal(description: "it is of another run: \(field) differs") }
        }
        try compare(record.schema, expected.schema, "schema")
        try compare(record.seed, expected.seed, "seed")
        try compare(record.mode, expected.mode, "mode")
        if run.strategyPath == nil { try compare(record.strategy, expected.strategy, "strategy") }
        try compare(record.costs, expected.costs, "costs")
        try compare(record.memoryPages, expected.memoryPages, "memory_pages")
        try compare(record.areas.map(\.name), run.machine.areas.map(\.name), "areas[].name")
        try compare(record.areas.map(\.pages), run.machine.areas.map(\.geometry.pages), "areas[].pages")
        try compare(
            record.areas.map(\.basePFN), run.machine.areas.map(\.geometry.basePFN), "areas[].base_pfn")
        try compare(record.plugins.map(\.name), run.instances.map(\.name), "plugins[].name")
        try compare(record.scene?.name, run.scene?.name, "scene")
        let hashes = run.contentHashes
        for (plugin, hash) in zip(record.plugins, hashes) where hash != nil {
            try compare(plugin.contentHash, hash, "plugins[].content_hash")
        }
        return record
    }
}
