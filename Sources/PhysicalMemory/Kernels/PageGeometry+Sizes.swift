/// Numbers of pages as bytes, and the other way round.
extension PageGeometry {
    /// Whole pages that so many bytes take, 0 or more.
    public func pages(holding bytes: Int) -> Int {
        bytes >> pageShift + (bytes & (pageBytes - 1) == 0 ? 0 : 1)
    }

    /// Bytes of so many pages; the product must fit in an `Int`.
    public func bytes(of pages: Int) -> Int { pages << pageShift }

    /// KiB of so many pages.
    public func kibibytes(of pages: Int) -> Int { pages << (pageShift - 10) }

    /// Whole pages in so many KiB, rounded down: what /proc/meminfo prints, in pages.
    public func pages(inKibibytes kibibytes: Int) -> Int { kibibytes >> (pageShift - 10) }

    /// Whole MiB of so many pages, rounded down.
    public func mebibytes(of pages: Int) -> Int { pages >> (20 - pageShift) }

    /// Pages rounded up to whole pageblocks.
    public func wholeBlocks(holding pages: Int) -> Int { (pages + blockPages - 1) / blockPages * blockPages }
}
