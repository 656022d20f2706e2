/// Processes that each write their files round and round, with an fsync now and then.
///
/// Everything happens as events on the machine's timeline: create it, let time pass.
final class FileWriters {
    private let memory: MachineMemory
    private let load: WriterLoad
    private let costs = WriterCosts()
    private let cache: PageCache
    private let cpus: CPUContention
    private var generator: SeededGenerator

    /// One process.
    private final class Writer {
        let cpu: Int
        var file: CachedFile?
        var filesWritten = 0
        var isRunning = false
        /// How fast this file goes compared with others.
        var pace = 1.0

        init(cpu: Int) { self.cpu = cpu }
    }

    /// Starts the processes within the next 30 ms.
    init(on memory: MachineMemory, load: WriterLoad, seed: UInt64) {
        self.memory = memory
        self.load = load
        generator = SeededGenerator(seed: seed)
        cpus = CPUContention(cpus: memory.cpuCount, slice: costs.slice, generator: generator.fork())
        cache = PageCache(memory: memory, load: load, costs: costs, generator: generator.fork())
        memory.setLoad(cpus)
        for number in 0..<load.writers {
            let writer = Writer(cpu: number % memory.cpuCount)
            schedule(writer, after: generator.uniform(in: 0...30e6))
        }
    }

    /// The CPU with the fewest writers, where a scheduler puts one more process.
    var leastLoadedCPU: Int { load.writers % memory.cpuCount }

    private func schedule(_ writer: Writer, after nanoseconds: Double) {
        memory.timeline.schedule(after: UInt64(max(nanoseconds, 0))) { [unowned self] in step(writer) }
    }

    private func setRunning(_ writer: Writer, _ running: Bool) {
        guard writer.isRunning != running else { return }
        writer.isRunning = running
        cpus.running += running ? 1 : -1
    }

    /// Writes one portion, or waits while too much is dirty.
    private func step(_ writer: Writer) {
        let file = writer.file ?? cache.newFile()
        if writer.file == nil {
            writer.file = file
            writer.pace = generator.logNormal(sigma: 0.12)
        }
        if Double(cache.dirtyPages + cache.writebackPages) > cache.throttleLimit {
            setRunning(writer, false)
            cache.writeBack()
            return schedule(writer, after: 20e6)
        }
        setRunning(writer, true)
        var written = 0
        while written < costs.portion, file.frames.count < load.filePages {
            guard cache.append(to: file, cpu: writer.cpu) else { break }
            written += 1
        }
        guard written > 0 else {
            // Nothing free and nothing to drop: wait for the disk.
            setRunning(writer, false)
            cache.writeBack()
            return schedule(writer, after: 20e6)
        }
        if Double(cache.dirtyPages) > cache.backgroundLimit { cache.writeBack() }
        let sharing = max(1, Double(cpus.runnable) / Double(memory.cpuCount))
        let time = Double(written) * costs.writePage * writer.pace * sharing
        guard file.frames.count >= load.filePages else { return schedule(writer, after: time) }
        finish(file, of: writer, after: time)
    }

    private func finish(_ file: CachedFile, of writer: Writer, after time: Double) {
        writer.file = nil
        cache.close(file)
        let number = writer.filesWritten
        writer.filesWritten += 1
        guard number % load.fsyncInterval == 0 else { return schedule(writer, after: time) }
        memory.timeline.schedule(after: UInt64(time)) { [unowned self] in
            setRunning(writer, false)
            cache.sync(file) { [unowned self] in step(writer) }
        }
    }
}
