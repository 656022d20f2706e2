import Foundation
import Testing

@testable import DisplayPlugin

/// Frame buffers as the display computes them.
@Suite struct DisplaySizesTests {
    private func pages(_ mode: String, _ driver: String = "generic", _ compression: Compression = .linear)
        throws -> UInt64
    {
        let mode = try #require(ScreenMode.named(mode))
        let rule = try #require(PitchRule.of(driver))
        return (FrameBuffer.bytes(of: mode, rule: rule, compression: compression) + 4095) / 4096
    }

    @Test(arguments: [("720p", 900), ("1080p", 2025), ("1440p", 3600), ("uhd", 8100), ("8k", 32400)])
    func `a linear frame buffer has 4 bytes for each pixel`(mode: String, expected: Int) throws {
        #expect(try pages(mode) == UInt64(expected))
    }

    @Test func `the common modes fit every driver's pitch rule as they are`() throws {
        for rule in PitchRule.all { #expect(try pages("1080p", rule.driver) == 2025, "\(rule.driver)") }
    }

    @Test(arguments: [("generic", 5464), ("sun4i", 5464), ("rockchip", 5504), ("stm", 5504), ("msm", 5504)])
    func `an odd line is rounded up to the driver's pitch`(driver: String, pitch: Int) throws {
        let mode = ScreenMode(name: "odd", width: 1366, height: 1)
        let rule = try #require(PitchRule.of(driver))
        #expect(FrameBuffer.bytes(of: mode, rule: rule, compression: .linear) == UInt64(pitch))
    }

    @Test func `compressed frame buffers are larger than linear ones`() throws {
        #expect(
            FrameBuffer.afbcBytes(width: 1920, height: 1080, bitsPerPixel: 32, isTiled: false) == 8_486_400)
        #expect(
            FrameBuffer.afbcBytes(width: 1920, height: 1080, bitsPerPixel: 32, isTiled: true) == 8_986_624)
        #expect(
            FrameBuffer.afbcBytes(width: 3840, height: 2160, bitsPerPixel: 32, isTiled: false) == 33_696_000)
        #expect(
            FrameBuffer.afbcBytes(width: 3840, height: 2160, bitsPerPixel: 32, isTiled: true) == 33_947_648)
        #expect(
            FrameBuffer.afbcBytes(width: 3840, height: 2160, bitsPerPixel: 12, isTiled: false) == 12_960_000)
        #expect(try pages("1080p", "generic", .afbc) == 2072)
        #expect(try pages("1080p", "generic", .afbcTiled) == 2194)
        #expect(try pages("uhd", "generic", .afbc) == 8227)
        #expect(try pages("uhd", "generic", .afbcTiled) == 8288)
    }
}
