import KernelFormats
import Measurement
import PhysicalMemory

extension EmulatedMachine {
    /// Writes down what goes on in every area from now on.
    func recordHistory() {
        for area in areas {
            let recorder = AreaHistoryRecorder(name: area.name, area: area.area, owners: area.owners)
            area.history = recorder
            area.observe { [unowned self] event, device in
                recorder.note(event, device: device) { number in
                    let place = buffers[number]
                    return (sets[place.set].name, place.index)
                }
            }
        }
    }

    /// Number of the first device's driver among the tasks of a trace; the strategy's own has the one before.
    private static let firstPID = 1000

    /// Lets every area's events become lines of a trace.
    func trace(to onTrace: @escaping (String) -> Void) {
        for area in areas {
            let geometry = area.area.geometry
            let writer = FTraceWriter(
                area: area.name, pages: geometry.pages, form: configuration.kernel.formats.trace)
            let base = geometry.basePFN
            var available = geometry.pages - area.area.counts(in: 0..<geometry.pages).held
            area.observe { [unowned self] event, device in
                let pfn = event.offset.map { geometry.pfn(at: $0) }
                let (count, align) = (event.count, event.align)
                let text: String
                switch event.kind {
                case .start: text = writer.start(count: count, align: align, available: available)
                case .busyRetry: text = writer.busyRetry(pfn: pfn ?? base, count: count, align: align)
                case .success:
                    available -= count
                    text = writer.success(pfn: pfn ?? base, count: count, align: align)
                case .failure:
                    let errno = (event.errno ?? .busy).rawValue
                    text = writer.failure(lastTried: pfn, count: count, align: align, errno: errno)
                case .release:
                    available += count
                    text = writer.release(pfn: pfn ?? base, count: count)
                }
                onTrace(
                    FTraceWriter.line(
                        task: device.map { devices[$0].record.name } ?? "strategy",
                        pid: device.map { Self.firstPID + $0 } ?? Self.firstPID - 1, cpu: cpu,
                        nanoseconds: event.nanoseconds, event: text))
            }
        }
    }
}
