import CShims
import Glibc

/// Real bytes for the pages of a machine, in a memory file that only takes the room of the pages that
/// were written.
public final class PageContents {
    /// Bytes of a page.
    public let pageBytes: Int
    /// What /proc/PID/maps calls the memory file.
    private static let fileName = "devemu-memory"

    /// The memory file, closed with this object.
    public let fileDescriptor: Int32
    private let base: UnsafeMutableRawPointer
    private let pages: Int

    /// Makes the memory file of the next object now: a sandbox refuses memory files, which no limit of memory counts.
    /// When there is none to be made, the next object fails as it would without this.
    public static func reserve() { _ = devemu_reserve_memory_file(fileName) }

    /// Nil when the system gives no memory file of that size; errno says why.
    ///
    /// - Parameter pageBytes: bytes of a page, a power of two; a multiple of what the system's own pages have, where
    ///   buffers are to be mapped.
    public init?(pages: Int, pageBytes: Int) {
        let descriptor = devemu_memory_file(Self.fileName)
        guard descriptor >= 0 else { return nil }
        let bytes = pages * pageBytes
        guard ftruncate(descriptor, bytes) == 0,
            let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0),
            mapping != MAP_FAILED
        else {
            close(descriptor)
            return nil
        }
        fileDescriptor = descriptor
        base = mapping
        self.pages = pages
        self.pageBytes = pageBytes
    }

    deinit {
        munmap(base, pages * pageBytes)
        close(fileDescriptor)
    }

    /// The bytes of one page, by its number from the beginning of memory on; valid as long as this object.
    public subscript(frame: Int) -> UnsafeMutableRawBufferPointer {
        precondition(frame >= 0 && frame < pages, "no such page")
        return UnsafeMutableRawBufferPointer(start: base + frame * pageBytes, count: pageBytes)
    }

    /// What migration does to a page's bytes. Follows folio_copy().
    public func copy(from source: Int, to target: Int) {
        self[target].copyMemory(from: UnsafeRawBufferPointer(self[source]))
    }

    /// Fills a page with a pattern that names its owner and would show a misplaced or torn page.
    public func stamp(_ pfn: Int, identity: UInt64) {
        let words = self[pfn].bindMemory(to: UInt64.self)
        for index in words.indices { words[index] = identity &+ UInt64(index) &* 0x9e37_79b9_7f4a_7c15 }
    }

    /// Whether a page still holds exactly what `stamp` wrote.
    public func isStamped(_ pfn: Int, identity: UInt64) -> Bool {
        let words = self[pfn].bindMemory(to: UInt64.self)
        return words.indices.allSatisfy { words[$0] == identity &+ UInt64($0) &* 0x9e37_79b9_7f4a_7c15 }
    }
}
