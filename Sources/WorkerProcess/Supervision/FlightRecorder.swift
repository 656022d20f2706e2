public import CShims
internal import Glibc

/// The memory in which a worker leaves what it was doing: made and read by the supervisor, written by the
/// worker, whatever becomes of it.
final class FlightRecorder {
    /// To be inherited by the worker.
    let descriptor: Descriptor
    private let memory: UnsafeMutablePointer<flight_recorder>

    /// - Parameter callLimit: the worker ends with what it has behind this call of the host.
    ///
    /// Corresponds to memfd_create(2), mmap(2) and madvise(2) `MADV_DONTFORK`.
    init(callLimit: UInt64) throws(WorkerError) {
        let created = Descriptor(flight_recorder_create())
        guard created.isOpen else { throw .systemCall("memfd_create") }
        descriptor = try created.liftedAboveTargets()
        guard let memory = flight_recorder_map(descriptor.number) else { throw .systemCall("mmap") }
        self.memory = memory
        memory.pointee.limit = callLimit
        // Each worker maps its own, and can reach no other's.
        madvise(memory, MemoryLayout<flight_recorder>.size, MADV_DONTFORK)
    }

    deinit { flight_recorder_unmap(memory) }

    /// Asks the worker to end with what it has when its next call of the host returns.
    func askToEnd() { memory.pointee.limit = 0 }

    /// What the worker has left; the worker must be gone.
    var report: FlightReport { FlightReport(memory) }
}

extension WorkerChannel {
    /// The recorder of this worker, which from now on is told of deadly signals. To be called by the thread that is to run the plugin, before it is loaded.
    ///
    /// - Throws: ``WorkerError`` `systemCallFailed`.
    public func startRecording() throws(WorkerError) -> UnsafeMutablePointer<flight_recorder> {
        guard let memory = flight_recorder_map(ForkedWorker.recorderDescriptor) else {
            throw .systemCall("mmap")
        }
        // A plugin that writes to every descriptor it finds does not find this one.
        close(ForkedWorker.recorderDescriptor)
        guard flight_recorder_watch_signals(memory) == 0, flight_recorder_guard_thread() == 0 else {
            throw .systemCall("sigaction")
        }
        return memory
    }
}
