/// What a machine has put aside before anybody watches.
extension MachineMemory {
    /// Pages at which a CPU's lists give some back to the buddy allocator.
    public var perCPUHigh: Int { zone.cpus[0].high }

    /// Puts free pages from outside the contiguous areas on a CPU's lists, and pages in use in its LRU
    /// batch, as an uptime leaves them there.
    public func putAside(movable: Int, other: Int, batched: Int, cpu: Int) {
        zone.fillLists(movable: movable, other: other, batched: batched, cpu: cpu)
    }
}

extension Zone {
    func fillLists(movable: Int, other: Int, batched: Int, cpu: Int) {
        for _ in 0..<min(batched, lists.lruBatch - 1) {
            guard let pfn = takeSmallest(movableType, order: 0) else { break }
            set(pfn, .anonymous)
            addToLRU(pfn, cpu: cpu)
        }
        for (list, number) in [(1, movable), (0, other)] {
            for _ in 0..<number {
                guard let pfn = takeSmallest(movableType, order: 0) else { break }
                set(pfn, .perCPU)
                cpus[cpu].lists[list].insertLast(pfn, frames)
                cpus[cpu].count += 1
            }
        }
    }
}
