import Glibc

/// The target that DEVEMU_FUZZ_TARGET names.
private let chosen: FuzzTarget = {
    let name = getenv("DEVEMU_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        let names = FuzzTarget.all.map(\.name).joined(separator: " ")
        let complaint = Array("DEVEMU_FUZZ_TARGET is none of: \(names)\n".utf8)
        _ = write(STDERR_FILENO, complaint, complaint.count)
        _exit(64)
    }
    return target
}()

/// Called by libFuzzer for every input; a finding ends the process as a trap does.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    } catch {
        fatalError("\(error)")
    }
}
