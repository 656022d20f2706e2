import Testing

@testable import Sweeps

@Suite struct QuantityTests {
    @Test(arguments: [
        ("300", 300.0), ("0", 0), ("-7", -7), ("0.25", 0.25), ("64M", 67_108_864), ("4k", 4096), ("93%", 93),
        ("12.5%", 12.5), ("1.5G", 1_610_612_736), ("512MiB", 536_870_912), ("63.3M", 66_374_861),
        ("1.5ms", 1_500_000), ("2s", 2_000_000_000), ("1min", 60_000_000_000),
    ])
    func `a number has the value that a table wants, in bytes, ns, per cent or as it is`(
        text: String, number: Double
    ) throws {
        #expect(Quantity(parsing: text)?.number == number)
    }

    @Test(arguments: [
        "300", "-7", "0.25", "-0.5", "64M", "1K", "3G", "0", "93%", "12.5%", "1500us", "2s", "1ns",
    ])
    func `a number that is written shortly is written so again`(text: String) {
        #expect(Quantity(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "", "x", "1.5MB", "64MB", "0x40000000", "NV12", "1080p", "4x32M", "1e3", "--1", "0.1234567",
        "99999999999999999999", "1 M",
        "%", ".",
    ])
    func `what is no number stays text`(text: String) {
        #expect(Quantity(parsing: text) == nil)
    }

    @Test(arguments: [
        ("64M", 1 << 20), ("64MiB", 1 << 20), ("1.5G", 1 << 20), ("63.3M", 1 << 10), ("4k", 1 << 10),
    ])
    func `between sizes there are whole units, or 1024ths of one where a fraction is written`(
        text: String, grain: Int
    ) {
        #expect(Quantity(parsing: text)?.grain == grain)
    }

    @Test func `a number is whole when it has no fraction in its table's unit`() {
        #expect(Quantity(parsing: "64M")?.whole == 64 << 20)
        #expect(Quantity(parsing: "93%")?.whole == 93)
        #expect(Quantity(parsing: "12.5%")?.whole == nil)
    }
}
