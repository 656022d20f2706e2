@testable import WorkerProcess

/// A system call as a filter sees it.
struct SeenCall {
    static let x86: UInt32 = 0xc000_003e
    static let arm: UInt32 = 0xc000_00b7
    static let i386: UInt32 = 0x4000_0003

    var architecture: UInt32
    var number: UInt32
    var arguments: [UInt64] = []

    /// The 32-bit word at a byte offset of the kernel's struct seccomp_data, on a little-endian machine.
    fileprivate func word(at offset: UInt32) -> UInt32? {
        switch offset {
        case 0: return number
        case 4: return architecture
        case 8, 12: return 0
        default:
            guard offset >= 16, offset < 64, offset % 4 == 0 else { return nil }
            let argument = Int(offset - 16) / 8
            let value = arguments.indices.contains(argument) ? arguments[argument] : 0
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? value : value >> 32)
        }
    }
}

/// What a filter answers.
enum FilterAnswer: Equatable {
    case allow
    case error(UInt32)
    case killProcess
    case other(UInt32)

    init(_ value: UInt32) {
        switch value & 0xffff_0000 {
        case 0x7fff_0000: self = .allow
        case 0x0005_0000: self = .error(value & 0xffff)
        case 0x8000_0000: self = .killProcess
        default: self = .other(value)
        }
    }
}

/// Executes a program of classic BPF, with the instructions that seccomp(2) accepts and libseccomp writes.
enum ClassicBPF {
    /// Why a program is not one that a kernel would take.
    struct Malformed: Error {
        var instruction: Int
    }

    static func run(
        _ program: [SystemCallFilter.Instruction], on call: SeenCall
    ) throws(Malformed) -> FilterAnswer {
        var accumulator: UInt32 = 0
        var counter = 0
        while program.indices.contains(counter) {
            let here = counter
            let instruction = program[here]
            let operand = instruction.operand
            counter += 1
            func jump(if condition: Bool) {
                counter += Int(condition ? instruction.whenTrue : instruction.whenFalse)
            }
            switch instruction.code {
            case 0x20:
                guard let word = call.word(at: operand) else { throw Malformed(instruction: here) }
                accumulator = word
            case 0x54: accumulator &= operand
            case 0x05: counter += Int(operand)
            case 0x15: jump(if: accumulator == operand)
            case 0x25: jump(if: accumulator > operand)
            case 0x35: jump(if: accumulator >= operand)
            case 0x45: jump(if: accumulator & operand != 0)
            case 0x06: return FilterAnswer(operand)
            default: throw Malformed(instruction: here)
            }
        }
        throw Malformed(instruction: counter)
    }
}
