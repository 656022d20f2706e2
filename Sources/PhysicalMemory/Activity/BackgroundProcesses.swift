/// Everything that goes on in a machine besides the drivers that allocate.
public struct BackgroundLoad: Sendable, Hashable {
    public var writers: WriterLoad?
    public var anonymous: AnonymousLoad?
    public var references: ReferenceLoad?

    public init(
        writers: WriterLoad? = nil, anonymous: AnonymousLoad? = nil, references: ReferenceLoad? = nil
    ) {
        self.writers = writers
        self.anonymous = anonymous
        self.references = references
    }

    public var isEmpty: Bool { writers == nil && anonymous == nil && references == nil }

    /// The load in a few words, for a report; empty for none.
    public var summary: String {
        var parts: [String] = []
        if let writers {
            parts.append(
                "\(writers.writers) file \(writers.writers == 1 ? "writer" : "writers") on a disk of "
                    + "\(writers.diskBytesPerSecond / 1_000_000) MB/s")
        }
        if let anonymous {
            parts.append(
                "\(anonymous.processes) \(anonymous.processes == 1 ? "process" : "processes") of "
                    + "\(PageGeometry.standard.mebibytes(of: anonymous.residentPages)) MiB" + anonymous.kind)
        }
        if let references {
            if references.pinsPerSecond > 0 { parts.append("\(references.pinsPerSecond) pins a second") }
            if references.locksPerSecond > 0 {
                parts.append("\(references.locksPerSecond) page locks a second")
            }
        }
        return parts.joined(separator: ", ")
    }
}

extension AnonymousLoad {
    /// ` (huge pages, mlocked)`; empty for plain memory.
    fileprivate var kind: String {
        let words = (usesHugePages ? ["huge pages"] : []) + (isLocked ? ["mlocked"] : [])
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }
}

/// A background load at work: events on the machine's timeline, from a seed. Keep it as long as the
/// machine runs.
public final class BackgroundProcesses {
    private let writers: FileWriters?
    private let anonymous: AnonymousProcesses?
    private let references: TransientReferences?

    /// What memory the processes have; nil without processes.
    public var processMemory: ProcessMemory? { anonymous?.state }

    /// The CPU that a scheduler would give one more process.
    public let leastLoadedCPU: Int

    public init(on memory: MachineMemory, load: BackgroundLoad, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // One generator each, whether used or not: a load that is added leaves the others as they are.
        let seeds = (generator.next(), generator.fork(), generator.fork())
        anonymous = load.anonymous.map { AnonymousProcesses(on: memory, load: $0, generator: seeds.1) }
        writers = load.writers.map { FileWriters(on: memory, load: $0, seed: seeds.0) }
        references = load.references.map { TransientReferences(on: memory, load: $0, generator: seeds.2) }
        leastLoadedCPU = writers?.leastLoadedCPU ?? 0
    }
}
