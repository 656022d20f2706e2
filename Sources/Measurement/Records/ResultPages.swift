/// The pages of a result that does not say how large they are: part of the schemas of results.
public enum ResultPages {
    /// Bytes of a page.
    public static let bytes = 4096

    /// Whole MiB of so many pages, rounded down.
    public static func mebibytes(_ pages: Int) -> Int { pages / ((1 << 20) / bytes) }
}
