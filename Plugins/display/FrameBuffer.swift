import CDevEmu

/// A mode of the screen.
struct ScreenMode: Sendable {
    let name: String
    let width: UInt32
    let height: UInt32

    static let all = [
        ScreenMode(name: "720p", width: 1280, height: 720),
        ScreenMode(name: "1080p", width: 1920, height: 1080),
        ScreenMode(name: "1440p", width: 2560, height: 1440),
        ScreenMode(name: "uhd", width: 3840, height: 2160),
        ScreenMode(name: "8k", width: 7680, height: 4320),
    ]

    static func named(_ name: String) -> ScreenMode? { all.first { $0.name == name } }
}

/// Where a driver lets the lines of a dumb buffer begin.
struct PitchRule: Sendable {
    let driver: String
    /// Bytes that the pitch is a multiple of.
    let bytes: UInt32

    /// The rules of the drivers in Linux 6.1 for 32 bits a pixel: msm and rcar count pixels, 32 and 16;
    /// tegra goes from 8 to 64 bytes by generation, the largest is taken.
    static let all = [
        PitchRule(driver: "generic", bytes: 1),
        PitchRule(driver: "rockchip", bytes: 64),
        PitchRule(driver: "meson", bytes: 64),
        PitchRule(driver: "sun4i", bytes: 2),
        PitchRule(driver: "stm", bytes: 128),
        PitchRule(driver: "rcar", bytes: 64),
        PitchRule(driver: "msm", bytes: 128),
        PitchRule(driver: "tegra", bytes: 64),
    ]

    static func of(_ driver: String) -> PitchRule? { all.first { $0.driver == driver } }
}

/// Layout of a frame buffer.
enum Compression: String, Sendable {
    case linear
    /// AFBC with a header in raster order.
    case afbc
    /// AFBC in tiles of 8x8 blocks, the header padded to a page.
    case afbcTiled = "afbc-tiled"
}

/// How many bytes pictures take on a screen.
enum FrameBuffer {
    /// Of XRGB8888, as `DRM_IOCTL_MODE_CREATE_DUMB` allocates it, or compressed.
    static func bytes(of mode: ScreenMode, rule: PitchRule, compression: Compression) -> UInt64 {
        switch compression {
        case .linear:
            let pitch = video_align(UInt64(mode.width) * 4, UInt64(rule.bytes))
            return pitch * UInt64(mode.height)
        case .afbc, .afbcTiled:
            return afbcBytes(
                width: mode.width, height: mode.height, bitsPerPixel: 32, isTiled: compression == .afbcTiled)
        }
    }

    /// AFBC stores every block of 16x16 pixels in room for its worst case, behind a header of 16 bytes for
    /// each; so it saves bandwidth, not memory. Corresponds to `drm_gem_afbc_get_bpp()` and
    /// `drm_gem_afbc_min_size()`.
    static func afbcBytes(
        width: UInt32, height: UInt32, bitsPerPixel: UInt64, isTiled: Bool
    ) -> UInt64 {
        let unit: UInt64 = isTiled ? 128 : 16
        let blocks = video_align(UInt64(width), unit) / 16 * (video_align(UInt64(height), unit) / 16)
        let header = video_align(blocks * 16, isTiled ? 4096 : 64)
        return header + blocks * video_align(bitsPerPixel * 256 / 8, 128)
    }
}
