import Measurement
import PhysicalMemory

extension EmulatedMachine {
    /// A device's record with what its buffer sets say.
    func deviceRecord(_ device: Int) -> DeviceRecord {
        var record = devices[device].record
        record.callNanoseconds = devices[device].latencies.summary
        if recordsLatencies { record.callHistogram = devices[device].latencies.bins }
        let sets = sets.filter { $0.device == device }
        record.buffersWanted = sets.reduce(0) { $0 + $1.wanted }
        record.buffersMin = sets.reduce(0) { $0 + $1.minimum }
        record.buffersGot = sets.reduce(0) { $0 + $1.got }
        record.satisfied = sets.allSatisfy(\.satisfied)
        record.gatheringNanoseconds = sets.reduce(0) {
            $0 + ($1.closedAt ?? clock.now) - $1.openedAt - $1.idleNanoseconds
        }
        record.timeToSatisfactionNanoseconds =
            sets.isEmpty || !record.satisfied
            ? nil : sets.reduce(0) { $0 + $1.gatheringUntilLastBuffer }
        record.sets = sets.map(\.record)
        record.leaks = leaks(ofDevice: device)
        let frames = streamCounts(ofDevice: device)
        record.framesDelivered = frames.delivered
        record.framesDropped = frames.dropped
        record.framesRepeated = frames.repeated
        record.underruns = frames.underruns
        return record
    }

    /// Pages that a device holds, the first `DeviceRecord.leakLimit` places.
    private func leaks(ofDevice device: Int) -> [LeakRecord] {
        area(of: device).owners.holdings(of: device).prefix(DeviceRecord.leakLimit).map { number, pages in
            let place = number.map { buffers[$0] }
            return LeakRecord(set: place.map { sets[$0.set].name }, buffer: place?.index, pages: pages)
        }
    }
}

extension BufferSet {
    fileprivate var record: BufferSetRecord {
        BufferSetRecord(
            name: name, wanted: wanted, minimum: minimum, got: got, openedNanoseconds: openedAt,
            lastBufferNanoseconds: lastBufferAt, closedNanoseconds: closedAt)
    }
}
