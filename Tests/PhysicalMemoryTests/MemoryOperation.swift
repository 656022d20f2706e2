@testable import PhysicalMemory

/// One step in the life of a machine's memory. Numbers that choose something are taken modulo what
/// there is, so that any part of a list of operations can be run.
enum MemoryOperation: Sendable {
    case allocate(PageUse, cpu: Int)
    case allocateHuge(cpu: Int)
    case free(Int, cpu: Int)
    case pin(Int)
    case unpin(Int)
    case setDirty(Int, Bool)
    case setUnevictable(Int, Bool)
    /// Under writeback, or locked, for so many nanoseconds.
    case writeBack(Int, UInt64)
    case lock(Int, UInt64)
    /// Pinned, or freed, after so many nanoseconds, in the middle of whatever goes on then.
    case pinLater(Int, UInt64)
    case freeLater(Int, UInt64)
    case takeContiguous(area: Int, mode: Int, count: Int, align: Int, cpu: Int, calm: Bool)
    case release(Int, part: Int, cpu: Int)
    case putAside(movable: Int, other: Int, batched: Int, cpu: Int)
    case drain(cpu: Int)
    case flush(cpu: Int)
    case reclaim(Int, cpu: Int)
    case elapse(UInt64)

    /// A random operation, of those that a machine sees most of most often.
    static func random(
        _ generator: inout SeededGenerator, cpus: Int, pagesInUse: Int, wanted: Int, hugePages: Bool = false
    ) -> MemoryOperation {
        let cpu = generator.below(cpus)
        let any = Int(generator.next() >> 2)
        let delay = UInt64(generator.below(3) == 0 ? generator.below(30_000_000) : generator.below(300_000))
        switch generator.below(1000) {
        case 0..<300:
            guard generator.below(wanted) < wanted - pagesInUse / 2 else { return .free(any, cpu: cpu) }
            if hugePages, generator.below(40) == 0 { return .allocateHuge(cpu: cpu) }
            return .allocate([.anonymous, .file, .file, .anonymous, .kernel][generator.below(5)], cpu: cpu)
        case 300..<450: return .free(any, cpu: cpu)
        case 450..<490: return .pin(any)
        case 490..<550: return .unpin(any)
        case 550..<610: return .setDirty(any, any & 64 != 0)
        case 610..<630: return .setUnevictable(any, any & 64 != 0)
        case 630..<660: return .writeBack(any, delay)
        case 660..<690: return .lock(any, delay)
        case 690..<700: return .pinLater(any, delay)
        case 700..<715: return .freeLater(any, delay)
        case 715..<840:
            let count = generator.below(10) == 0 ? 1 + generator.below(700) : 1 + generator.below(40)
            return .takeContiguous(
                area: any, mode: generator.below(5), count: count, align: generator.below(7), cpu: cpu,
                calm: any & 64 != 0)
        case 840..<955: return .release(any, part: generator.below(4), cpu: cpu)
        case 955..<960:
            return .putAside(
                movable: generator.below(8), other: generator.below(4), batched: generator.below(3), cpu: cpu)
        case 960..<970: return .drain(cpu: cpu)
        case 970..<980: return .flush(cpu: cpu)
        case 980..<985: return .reclaim(generator.below(wanted), cpu: cpu)
        default: return .elapse(delay)
        }
    }
}
