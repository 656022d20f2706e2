import Glibc

/// The pages of a buffer in one stretch of this process's addresses, whatever their place in memory.
/// The stretch is given back with the object.
final class BufferMapping {
    let bytes: UnsafeMutableRawBufferPointer

    /// Maps ranges of frames one behind the other. Nil when the system has no room for that.
    init?(of segments: [Range<Int>], in contents: PageContents) {
        let pageBytes = contents.pageBytes
        let count = segments.reduce(0) { $0 + $1.count } * pageBytes
        guard count > 0,
            let stretch = mmap(nil, count, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            stretch != MAP_FAILED
        else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: stretch, count: count)
        var place = stretch
        for segment in segments {
            let mapping = mmap(
                place, segment.count * pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                contents.fileDescriptor, segment.lowerBound * pageBytes)
            guard mapping != MAP_FAILED else { return nil }
            place += segment.count * pageBytes
        }
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }
}
