import Recordings

/// A short recording of a 64-page area, made up in the recorded format: every record and every outcome
/// once. Call 4 takes pages that are given back at once, so that what it answers matters to no other.
enum Sample {
    static let text = """
        # cma oracle 1
        kernel version=6.1.192 machine=sample cpus=2
        scenario scn=loop seed=1 fill=1 pins=2 n=4 mode=normal mem=512M cma=64M@256M
        area base_pfn=65536 pages=64 order_per_bit=0 pageblock_pages=512
        free pages=1000 cma=64
        pages .8a24.32
        pin offset=10 ok=1
        pin offset=40 ok=0
        pages .8a2P1a21.32
        alloc count=16 align=4 -> offset=16 ret=0 ns=100 isolate_ns=11 lru_disable_ns=12 migrate_ns=13 \
        drain_ns=14 migrated=16 migrate_failed=3 busy=0
        alloc count=16 align=4 -> offset=32 ret=0 \(times) busy=0
        alloc count=32 align=0 -> offset=-1 ret=-12 \(times) busy=
        alloc count=4 align=2 -> offset=0 ret=0 \(times) busy=
        release offset=0 count=4 -> ok=1 ns=50
        release offset=16 count=16 -> ok=1 ns=50
        release offset=60 count=4 -> ok=0 ns=5
        alloc count=4 align=0 -> offset=0 ret=0 \(times) busy=
        alloc count=8 align=0 -> offset=11 ret=0 \(times) busy=4,5,6,7,8,9,10
        release offset=0 count=4 -> ok=1 ns=50
        alloc count=12 align=3 -> offset=48 ret=0 \(times) busy=
        alloc count=11 align=4 -> offset=-1 ret=-16 \(times) busy=0
        pages .10P1C8.13C16C12.4
        free pages=900 cma=28

        """

    private static let times =
        "ns=90 isolate_ns=10 lru_disable_ns=10 migrate_ns=10 drain_ns=10 migrated=0 migrate_failed=0"

    /// Lines of the text; line 1 is the first.
    static let lineCount = 23

    static func recording() throws -> Recording { try Recording(parsing: Array(text.utf8)) }

    /// The text with one line changed.
    static func with(
        line: Int, replacing old: String, by new: String, in text: String = Sample.text
    ) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let changed = lines[line - 1].split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        precondition(changed.count == 2, "line \(line) has no '\(old)'")
        lines[line - 1] = changed.joined(separator: new)
        return lines.joined(separator: "\n")
    }

    /// The text without some of its lines.
    static func without(lines: ClosedRange<Int>, in text: String = Sample.text) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { !lines.contains($0.offset + 1) }.map(\.element).joined(separator: "\n")
    }
}
