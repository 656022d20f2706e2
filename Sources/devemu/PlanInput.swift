import Glibc
import Slurm

/// A plan's file, of which only the first line is read: a plan may have ten million.
enum PlanInput {
    /// The first line holds a scene.
    private static let longestLine = 16 << 20

    static func head(of path: String) throws(CommandFailure) -> PlanHead {
        guard let head = PlanHead(line: try firstLine(of: path)) else {
            throw CommandFailure(
                .badInput, "\(path):1: no plan as 'devemu sweep plan GRID.yaml -o PLAN.jsonl' writes it")
        }
        return head
    }

    private static func firstLine(of path: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(.noInput, "\(path): \(Terminal.message(errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= longestLine {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandFailure(
                    errno == EISDIR ? .badInput : .ioError, "\(path): \(Terminal.message(errno))")
            }
            if let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) { return bytes + chunk[..<end] }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
