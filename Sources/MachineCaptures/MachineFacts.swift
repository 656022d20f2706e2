import KernelFormats
import PhysicalMemory
import Recordings

/// What a capture says of the machine around its areas.
struct MachineFacts {
    /// Pages from the beginning of memory to its end, whole MiB.
    private(set) var memoryPages: Int
    private(set) var managedPages: Int?
    private(set) var freePages: Int
    private(set) var freeContiguous: Int
    private(set) var cpus: Int
    private(set) var notes: [String] = []

    init(_ capture: Capture, areas: [MachineState.Area]) {
        let first = capture.firstPFN
        let end = areas.reduce(0) { max($0, $1.end - first) }
        let total = capture.meminfo?["MemTotal"].map { $0 / 4 }
        if let top = capture.zoneinfo?.end {
            memoryPages = max(top - first, end)
        } else if let total {
            // The kernel's own share is not in MemTotal.
            memoryPages = max(total + total / 32, end)
            notes.append("memory ends at page \(memoryPages): zoneinfo would tell")
        } else {
            memoryPages = end
            notes.append("memory ends with the last area: zoneinfo or meminfo would tell")
        }
        if memoryPages > MachineMemory.pageLimit {
            notes.append("memory ends after 64 GiB instead of at page \(first + memoryPages)")
        }
        let memory = min((memoryPages + 255) & ~255, MachineMemory.pageLimit)
        memoryPages = memory
        managedPages = (capture.zoneinfo?.managedPages ?? total).flatMap {
            (1...memory).contains($0) ? $0 : nil
        }

        let freeInAreas = areas.reduce(0) { sum, area in
            sum + area.runs.reduce(0) { $0 + ($1.letter == UInt8(ascii: ".") ? $1.count : 0) }
        }
        let counted =
            capture.zoneinfo?.freeContiguous ?? capture.vmstat?["nr_free_cma"]
            ?? capture.meminfo?["CmaFree"].map { $0 / 4 }
        let contiguous = counted ?? freeInAreas
        let free =
            capture.zoneinfo?.freePages ?? capture.vmstat?["nr_free_pages"]
            ?? capture.meminfo?["MemFree"].map { $0 / 4 }
        if free == nil {
            notes.append("a quarter of the memory outside of the areas is free: meminfo would tell")
        }
        freePages =
            free.map { min($0, memory) }
            ?? (contiguous + (memoryPages - areas.reduce(0) { $0 + $1.pages }) / 4)
        freeContiguous = min(contiguous, freePages)
        if let counted, counted != freeInAreas {
            notes.append(
                "the machine went on between reads, or has other areas: \(freeInAreas) pages of these areas "
                    + "are free, the kernel counts \(counted)")
        }
        if let cpus = capture.zoneinfo?.cpus, cpus > 0 {
            self.cpus = min(cpus, 256)
        } else {
            cpus = 1
            notes.append("one CPU: zoneinfo would tell")
        }
    }
}
