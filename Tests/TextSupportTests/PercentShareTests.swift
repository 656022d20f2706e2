import Testing
import TextSupport

@Suite struct PercentShareTests {
    @Test(arguments: [
        ("80%", 0.8), ("80", 0.8), ("0", 0), ("0%", 0), ("100", 1), ("100%", 1), ("1", 0.01), ("0.8%", 0.008),
        ("12.5%", 0.125), ("92.500%", 0.925), ("0.001%", 0.00001), ("007", 0.07),
    ])
    func `per cent has a sign, which a whole number may leave out`(text: String, share: Double) throws {
        #expect(try PercentShare(parsing: text).share == share)
    }

    @Test(arguments: [
        ("0.8", "'0.8' can mean 80% or 0.8%; write the one that is meant, with its sign"),
        ("0.125", "'0.125' can mean 12.5% or 0.125%"), ("1.0", "'1.0' can mean 100% or 1.0%"),
        ("12.5", "'12.5' has no per cent sign; write 12.5%"), ("101", "'101' is more than 100%"),
        ("100.001%", "'100.001%' is more than 100%"), ("12.3456%", "'12.3456%' has more than three decimals"),
        ("", "'' is not a share from 0% to 100%; write 93%"), ("%", "not a share"), ("-1%", "not a share"),
        ("80 %", "not a share"), ("nan%", "not a share"), ("1e1%", "not a share"), ("٩%", "not a share"),
        ("80%%", "not a share"), ("18446744073709551616%", "not a share"),
    ])
    func `anything else is refused with what would be right`(text: String, message: String) {
        let refusal = #expect(throws: PercentShare.Refusal.self) { try PercentShare(parsing: text) }
        #expect(refusal?.description.contains(message) == true, "\(refusal?.description ?? "")")
    }
}
