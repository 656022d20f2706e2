import Emulation
import Measurement
import PhysicalMemory
import PluginInspection
import Testing
import TextSupport

@testable import PluginHost

@Suite struct InstrumentedTableTests {
    private let machine: EmulatedMachine
    private let instance: PluginInstance
    private let table: HostTable

    init() throws {
        machine = try EmulatedMachine(
            MachineConfiguration(
                memoryPages: 16384, area: try #require(AreaGeometry(basePFN: 8192, pages: 1024)), seed: 1,
                start: .generated(fill: 0, pins: 0), forcedMode: nil))
        instance = PluginInstance(
            machine: machine, session: HostSession(recorder: nil), name: "it", number: 0)
        table = try #require(HostTable(instance))
    }

    private func pointer(_ function: HostFunction, in address: UnsafeMutableRawPointer) -> UnsafeRawPointer? {
        address.load(fromByteOffset: function.offset, as: UnsafeRawPointer?.self)
    }

    /// Calls a function of a table as a plugin would.
    private func call(
        _ function: HostFunction, _ address: UnsafeMutableRawPointer, _ arguments: ForeignValue...
    ) throws -> ForeignValue {
        let target = try #require(pointer(function, in: address))
        let context = address.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        let callee = try ForeignFunction(address: target, signature: function.signature)
        return try instance.run { try callee.call([.ptr(context)] + arguments) }
    }

    @Test func `every function of the table is known, and stands in a place of its own`() {
        // Beside the functions: size, abi, context, page_base, page_stride, driver_data, instance_name.
        let size = Int(table.address.load(as: UInt32.self))
        #expect(size == 2 * 4 + 5 * 8 + HostFunction.allCases.count * 8)
        #expect(Set(HostFunction.allCases.map(\.offset)).count == HostFunction.allCases.count)
        #expect(HostFunction.allCases.allSatisfy { $0.signature.arguments.first?.name == "context" })
    }

    @Test(arguments: HostFunction.allCases)
    func `a function is interposed`(function: HostFunction) throws {
        let recorder = HostCallRecorder(.init())
        let front = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
        let behind = try #require(pointer(function, in: table.address))
        #expect(pointer(function, in: front.address) != behind)
    }

    @Test func `what is no function is the same in both tables`() throws {
        let front = try InstrumentedTable(
            over: table, instance: instance, recorder: HostCallRecorder(.init()))
        let places = Set(HostFunction.allCases.map(\.offset))
        let size = Int(table.address.load(as: UInt32.self))
        for offset in stride(from: 0, to: size, by: 8) where !places.contains(offset) {
            #expect(
                front.address.load(fromByteOffset: offset, as: UInt64.self)
                    == table.address.load(fromByteOffset: offset, as: UInt64.self))
        }
    }

    @Test(arguments: HostFunction.allCases)
    func `a function that can fail does, without being called`(function: HostFunction) throws {
        guard function.canFail else { return }
        let rule = FaultRule(.fail(errorNumber: nil), function)
        let front = try InstrumentedTable(
            over: table, instance: instance, recorder: HostCallRecorder(.init(rules: [rule])))
        // A call that was made with these would be answered otherwise, or die of the context.
        let zeros = function.signature.arguments.map { argument -> ForeignValue in
            switch argument.type {
            case .u32: .u32(1)
            case .u64: .u64(1)
            case .size: .size(1)
            case .cstr: .cstr("name")
            default: .ptr(nil)
            }
        }
        let target = try #require(pointer(function, in: front.address))
        let result = try ForeignFunction(address: target, signature: function.signature).call(zeros)
        #expect(result == function.failure)
        #expect(machine.deviceCount == 0)
    }

    @Test func `a rule can say with which error, and the first rule that fails a call decides`() throws {
        let recorder = HostCallRecorder(
            .init(rules: [
                FaultRule(.fail(errorNumber: 5), .streamOff, .only(2)),
                FaultRule(.fail(errorNumber: 12), .streamOff),
            ]))
        let front = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
        let results: [ForeignValue] = try (1...3).map { _ in try call(.streamOff, front.address, .ptr(nil)) }
        #expect(results == [.i32(-12), .i32(-5), .i32(-12)])
        #expect(recorder.record.injected.map(\.calls) == [1, 3])
    }

    @Test func `a delay is emulated time of the call`() throws {
        let delay = FaultRule.Effect.delay(EmulatedDuration(nanoseconds: 700))
        let recorder = HostCallRecorder(.init(rules: [FaultRule(delay, .ktimeGetNS, .every(2))]))
        let front = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
        let times: [ForeignValue] = try (1...4).map { _ in try call(.ktimeGetNS, front.address) }
        #expect(times == [.u64(0), .u64(700), .u64(700), .u64(1400)])
        let function = try #require(recorder.record.functions.first)
        #expect(function.name == "ktime_get_ns")
        #expect((function.calls, function.totalNanoseconds) == (4, 1400))
        #expect(function.callNanoseconds == LatencySummary(p50: 0, p99: 700, max: 700))
    }

    @Test func `a trace names arguments and handles, and tells when`() throws {
        var calls: [TracedCall] = []
        let recorder = HostCallRecorder(.init(onCall: { calls.append($0) }))
        let front = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
        let device = try call(.deviceRegister, front.address, .cstr("dev"))
        guard case .ptr = device else { return }
        let area = try call(.devGetCMAArea, front.address, device)
        let page = try call(.cmaAlloc, front.address, area, .size(4), .u32(2), .u32(0))
        _ = try call(.sleepNS, front.address, .u64(50))
        _ = try call(.cmaRelease, front.address, area, page, .u64(4))
        _ = try call(.bufferSetClose, front.address, .ptr(nil))
        #expect(calls.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(calls.allSatisfy { $0.instance == "it" && $0.injected.isEmpty })
        #expect(calls[0].arguments.map(\.name) == ["name"])
        #expect(calls[0].arguments.map(\.value) == [.text("dev")])
        #expect(calls[0].result == .text("device 0"))
        #expect(calls[1].result == .text("area 0"))
        #expect(calls[2].arguments.map(\.name) == ["cma", "count", "align", "mode"])
        #expect(
            calls[2].arguments.map(\.value) == [.text("area 0"), .unsigned(4), .unsigned(2), .unsigned(0)])
        #expect(calls[2].result == .text("page 0x2000"))
        #expect(calls[2].endNanoseconds > calls[2].beginNanoseconds)
        #expect(calls[3].endNanoseconds - calls[3].beginNanoseconds == 50)
        #expect(calls[3].result == .nothing)
        #expect(calls[4].arguments.map(\.value) == [.text("area 0"), .text("page 0x2000"), .unsigned(4)])
        #expect(calls[5].arguments.map(\.value) == [.nothing])
        #expect(calls[5].result == .signed(-22))
    }

    @Test func `a text is passed on as it is`() throws {
        let front = try InstrumentedTable(
            over: table, instance: instance, recorder: HostCallRecorder(.init()))
        let target = try #require(pointer(.deviceRegister, in: front.address))
        let context = front.address.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        let signature = try Signature(parsing: "ptr(ptr context, ptr name)")
        var bytes: [UInt8] = [0x66, 0xff, 0]
        let callee = try ForeignFunction(address: target, signature: signature)
        let device = try bytes.withUnsafeMutableBytes { bytes in
            try instance.run { try callee.call([.ptr(context), .ptr(bytes.baseAddress)]) }
        }
        // Repaired, it would have been a name.
        #expect(device == .ptr(nil))
    }
}
