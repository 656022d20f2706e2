import CShims
import Testing

@testable import WorkerProcess

/// A plugin can write to the recorder's memory: whatever stands there is read, and stops nobody.
@Suite struct DamagedFlightTests {
    private static func report(_ change: (UnsafeMutablePointer<flight_recorder>) -> Void) -> FlightReport {
        let memory = UnsafeMutablePointer<flight_recorder>.allocate(capacity: 1)
        defer { memory.deallocate() }
        UnsafeMutableRawPointer(memory).initializeMemory(
            as: UInt8.self, repeating: 0, count: MemoryLayout<flight_recorder>.size)
        change(memory)
        return FlightReport(memory)
    }

    @Test(arguments: [0xff, 0x80, 0x20, 0x7f] as [UInt8])
    func `a recorder full of one byte is a report`(byte: UInt8) {
        let report = Self.report {
            UnsafeMutableRawPointer($0).initializeMemory(
                as: UInt8.self, repeating: byte, count: MemoryLayout<flight_recorder>.size)
        }
        #expect(report.call?.function == UInt32(byte) * 0x0101_0101)
        #expect(report.crash?.places == [])
    }

    @Test(arguments: [
        ("1000-2000 r-xp ffffffffffffffff 00:01 7 /plugin.so", nil),
        ("1000-2000 r-xp 00000100 00:01 7 /plugin.so", 0x900 as UInt64?),
        ("0-ffffffffffffffff r-xp ffffffffffffff00 00:01 7 /plugin.so", nil),
        ("2000-1000 r-xp 0 00:01 7 /plugin.so", nil), ("1000 r-xp 0 00:01 7 /plugin.so", nil),
        ("1000-2000 r-xp 0 00:01 18446744073709551616 /plugin.so", nil), ("", nil),
    ])
    func `a place is told only where a mapping makes one`(maps: String, offset: UInt64?) {
        let report = Self.report { memory in
            memory.pointee.signal = 11
            memory.pointee.program_counter = 0x1800
            memory.pointee.maps_size = UInt32(maps.utf8.count)
            let start = UnsafeMutableRawPointer(mutating: flight_recorder_maps(memory))
            start?.copyMemory(from: Array(maps.utf8), byteCount: maps.utf8.count)
        }
        #expect(report.crash?.places.map { $0.offset } == (offset.map { [$0] } ?? []))
    }
}
