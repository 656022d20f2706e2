internal import CWorkerShims
import Glibc

/// A folder of its own for a worker or a tool, removed with everything in it when this object goes.
public final class ScratchFolder {
    /// Variable by which a worker is told its folder; TMPDIR names it too.
    static let variable = "DEVEMU_WORKER_SCRATCH"

    public let path: String

    /// Makes the folder below TMPDIR, or /tmp; only this user can enter it.
    ///
    /// Corresponds to mkdtemp(3).
    public init() throws(WorkerError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var template = Array(((parent.isEmpty ? "/tmp" : parent) + "/devemu-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .systemCall("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if rmdir(path) != 0 { devemu_remove_tree(path) }
    }
}
