import AllocationStrategies
import Measurement
import PhysicalMemory

/// What one driver is asking for at the moment.
struct DriverRequest {
    /// Among all requests of the run, from 1.
    let number: Int
    /// How its last call that failed ended.
    var failure: (errno: AllocationErrno?, freePages: Int, longestRunPages: Int)?
}

/// The requests of drivers: which of them failed, and the calls that each made.
struct RequestLog {
    /// Requests that have begun until now.
    var count = 0
    var failed = FailedRequests()
    /// Every call; nil unless it is asked for.
    var calls: CallList?
}

extension EmulatedMachine {
    /// Whether the record has every call that drivers make.
    public var recordsCalls: Bool {
        get { requests.calls != nil }
        set { requests.calls = newValue ? requests.calls ?? CallList() : nil }
    }

    /// A driver asks for something; it asks for nothing else until `endRequest`.
    func beginRequest(_ device: Int) {
        requests.count += 1
        devices[device].request = DriverRequest(number: requests.count)
    }

    /// Records what a driver has asked for, if it got less.
    func endRequest(_ wanted: GatherRequest, got: Int, device: Int) {
        defer { devices[device].request = nil }
        guard got < wanted.wanted, let request = devices[device].request else { return }
        guard requests.failed.first.count < FailedRequests.limit else {
            requests.failed.count += 1
            return
        }
        let standing = request.failure ?? standing(of: device, errno: nil)
        requests.failed.add(
            FailedRequest(
                number: request.number, device: devices[device].record.name, nanoseconds: clock.now,
                wanted: wanted.wanted, got: got, pages: wanted.chunkPages, align: wanted.align,
                errno: standing.errno?.rawValue, freePages: standing.freePages,
                longestRunPages: standing.longestRunPages))
    }

    /// Puts a call on the account of a device, and of the request that it was made for. One that its driver made
    /// by itself is a request of its own.
    func note(_ call: DriverCall, device: Int) {
        devices[device].note(call.outcome)
        guard call.request != nil else { return }
        let isAlone = devices[device].request == nil
        if isAlone { beginRequest(device) }
        if let errno = call.outcome.errno { noteFailure(errno, device: device) }
        keep(call, device: device)
        if isAlone, let request = call.request {
            let chunk = GatherRequest(wanted: 1, chunkPages: request.count, align: request.align)
            endRequest(chunk, got: min(call.taken, 1), device: device)
        }
    }

    /// A call of a device's request has failed: keeps how the area looks now, as long as it may be needed.
    func noteFailure(_ errno: AllocationErrno, device: Int) {
        guard requests.failed.first.count < FailedRequests.limit else { return }
        devices[device].request?.failure = standing(of: device, errno: errno)
    }

    private func standing(
        of device: Int, errno: AllocationErrno?
    ) -> (errno: AllocationErrno?, freePages: Int, longestRunPages: Int) {
        let area = area(of: device).area
        return (errno, area.geometry.pages - area.allocatedPages, area.longestUnallocatedRun)
    }

    private func keep(_ call: DriverCall, device: Int) {
        guard requests.calls != nil, let request = call.request else { return }
        requests.calls?.add(
            CallRecord(
                request: devices[device].request?.number ?? requests.count,
                device: devices[device].record.name, beginNanoseconds: call.outcome.startNanoseconds,
                durationNanoseconds: call.outcome.durationNanoseconds, pages: request.count,
                align: request.align, offset: call.firstTaken?.lowerBound, windows: call.taken,
                errno: call.outcome.errno?.rawValue))
    }
}
