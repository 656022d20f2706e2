import Emulation
import Measurement
import PhysicalMemory
import Reporting
import Scenes
import TextSupport

extension FuzzTarget {
    /// What people write on the command line. The first byte chooses the reader.
    static let text = FuzzTarget("text") { bytes in
        guard let choice = bytes.first else { return }
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch choice {
        case UInt8(ascii: "g"): try gate(text)
        case UInt8(ascii: "c"): try costs(Array(bytes.dropFirst()))
        case UInt8(ascii: "d"): try duration(text)
        case UInt8(ascii: "m"): try mode(text)
        case UInt8(ascii: "s"): try size(text)
        case UInt8(ascii: "p"): try placement(text)
        default: return
        }
    }

    private static func gate(_ text: String) throws {
        do {
            let gate = try Gate(parsing: text)
            try promise(try Gate(parsing: gate.text) == gate, "the gate \(text) is read as another")
            try gate.check(strategies: ["normal", "fail-fast"])
        } catch let error as GateError {
            try checkRefusal(Human.printable(error.description))
        }
    }

    private static func costs(_ bytes: [UInt8]) throws {
        do {
            let profile = try CostProfile(parsing: bytes)
            try promise(
                try CostProfile(parsing: profile.description) == profile, "a profile changes in print")
        } catch let error as CostProfileError {
            try checkRefusal(Human.printable(error.description))
        }
    }

    private static func duration(_ text: String) throws {
        do {
            let duration = try EmulatedDuration(parsing: text)
            try promise(
                try EmulatedDuration(parsing: "\(duration)") == duration, "\(text) is read as \(duration)")
        } catch let error as EmulatedDuration.Refusal {
            try checkRefusal(Human.printable(error.description))
        }
    }

    private static func mode(_ text: String) throws {
        guard let mode = AllocationMode(parsing: text) else { return }
        try promise(AllocationMode(parsing: text + "+async+sync")?.migration == .sync, "the later knob loses")
        try promise(mode.migrateTries.map { (0...100).contains($0) } ?? true, "\(mode)")
    }

    private static func size(_ text: String) throws {
        guard let size = MemorySize(parsing: text) else { return }
        try promise(size.bytes >= 0, "\(text) is \(size.bytes) bytes")
        try promise(MemorySize(parsing: "\(size.bytes)") == size, "\(size.bytes) bytes are read as others")
        try promise(
            size.pages >= size.bytes / 4096, "\(size.bytes) bytes in \(size.pages) pages")
    }

    private static func placement(_ text: String) throws {
        for memoryPages in [1 << 10, 1 << 18, MachineMemory.pageLimit] {
            do {
                let area = try AreaPlacement(parsing: text, memoryPages: memoryPages).geometry
                try promise(
                    area.basePFN >= 0 && area.pages > 0 && area.basePFN + area.pages <= memoryPages,
                    "\(text) lies at \(area.basePFN), \(area.pages) pages")
            } catch let error as AreaPlacement.Refusal {
                try checkRefusal(Human.printable(error.description))
            }
        }
    }
}
