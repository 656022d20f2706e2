import Measurement
import PhysicalMemory

/// Follows the bytes of every movable page through a run: each page is stamped by its owner, moves
/// with its content, and must hold exactly that content as long as it lives.
final class ContentsAudit: PageObserver {
    let contents: PageContents
    private let memory: MachineMemory
    /// What each frame was stamped with; zero for frames that nobody's content is in.
    private var identities: [UInt64]
    private var stamped: UInt64 = 0
    private var moved = 0

    /// Stamps every page that is in use; nil when the system has no memory for that.
    init?(_ memory: MachineMemory) {
        guard let contents = PageContents(pages: memory.pages, pageBytes: memory.geometry.pageBytes) else {
            return nil
        }
        self.contents = contents
        self.memory = memory
        identities = [UInt64](repeating: 0, count: memory.pages)
        for area in memory.areas {
            for frames in area.frames(at: 0..<area.geometry.pages) {
                for pfn in frames where memory.use(of: pfn) != nil { stamp(pfn) }
            }
        }
        memory.observe(self)
    }

    private func stamp(_ pfn: Int) {
        stamped += 1
        identities[pfn] = stamped
        contents.stamp(pfn, identity: stamped)
    }

    func pageAllocated(_ pfn: Int, for use: PageUse) { stamp(pfn) }

    func pageFreed(_ pfn: Int) { identities[pfn] = 0 }

    func pageDropped(_ pfn: Int) { identities[pfn] = 0 }

    func pageMoved(from source: Int, to target: Int) {
        contents.copy(from: source, to: target)
        identities[target] = identities[source]
        identities[source] = 0
        moved += 1
    }

    /// A device writes into frames that it holds: what they contained has no owner any more.
    func overwrite(_ frames: Range<Int>) {
        for frame in frames { contents[frame].initializeMemory(as: UInt8.self, repeating: 0xdb) }
    }

    /// Checks every page that lives.
    func verify() -> ContentsRecord {
        var record = ContentsRecord(moved: moved)
        for pfn in identities.indices where identities[pfn] != 0 {
            let intact = memory.use(of: pfn) != nil && contents.isStamped(pfn, identity: identities[pfn])
            if intact { record.verified += 1 } else { record.damaged += 1 }
        }
        return record
    }
}
