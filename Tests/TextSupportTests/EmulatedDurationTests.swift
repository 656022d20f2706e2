import PhysicalMemory
import Testing
import TextSupport

@Suite struct EmulatedDurationTests {
    @Test(arguments: [
        ("2s", 2_000_000_000), ("1.5ms", 1_500_000), ("250us", 250_000), ("15min", 900_000_000_000),
        ("0s", 0), ("0ns", 0), ("7ns", 7), ("007.50us", 7500), ("0.001us", 1), ("1.0ns", 1),
        ("0.00000000005min", 3), ("1.000000000000000000000000s", 1_000_000_000),
        ("18446744073709551615ns", .max), ("18446744073.709551615s", .max),
    ])
    func `a number and a unit are read exactly`(text: String, nanoseconds: UInt64) throws {
        #expect(try EmulatedDuration(parsing: text).nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("2", 2_000_000_000), ("1.5", 1_500_000_000), ("2s", 2_000_000_000), ("3ms", 3_000_000),
    ])
    func `a number without a unit is in the default unit, where there is one`(
        text: String, nanoseconds: UInt64
    )
        throws
    {
        #expect(try EmulatedDuration(parsing: text, defaultUnit: "s").nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("2", "'2' has no unit; write 2s (or ns, us, ms, min)"), ("1.5", "'1.5' has no unit; write 1.5s"),
        ("2h", "'2h': the units are ns, us, ms, s and min; write 2s"), ("2 s", "the units are"),
        ("2S", "the units are"), ("2s ", "the units are"), ("1e3s", "the units are"),
        ("1,5s", "the units are"), ("2µs", "the units are"), ("s", "'s' is no duration; write 2s, or 1.5ms"),
        ("", "'' is no duration"), ("-1s", "no duration"), ("+1s", "no duration"), ("٣s", "no duration"),
        (".5s", "no whole number of nanoseconds"), ("5.s", "no whole number"), ("1.2.3s", "no whole number"),
        ("0.5ns", "no whole number"), ("0.00000000001min", "no whole number"),
        ("18446744073709551616ns", "up to 584 years"), ("18446744073.709551616s", "up to 584 years"),
        ("307445735min", "up to 584 years"), ("99999999999999999999999s", "up to 584 years"),
    ])
    func `anything else is refused with what would be right`(text: String, message: String) {
        do throws(EmulatedDuration.Refusal) {
            let duration = try EmulatedDuration(parsing: text)
            Issue.record("\(text) is \(duration)")
        } catch {
            #expect(error.description.contains(message))
        }
    }

    @Test(arguments: [
        (0, "0s"), (1, "1ns"), (1000, "1us"), (1_500_000, "1500us"), (90_000_000_000, "90s"),
        (120_000_000_000, "2min"), (UInt64.max, "18446744073709551615ns"),
    ])
    func `a duration is written in the largest unit that leaves it whole`(nanoseconds: UInt64, text: String) {
        #expect(EmulatedDuration(nanoseconds: nanoseconds).description == text)
    }

    @Test func `every duration reads back as it is written`() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let duration = EmulatedDuration(nanoseconds: generator.next() >> UInt64(generator.below(64)))
            #expect(try EmulatedDuration(parsing: duration.description) == duration)
        }
    }
}
