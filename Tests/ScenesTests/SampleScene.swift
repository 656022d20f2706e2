import Scenes

/// A scene with every key in it, and short ways to read others.
enum Sample {
    static let text = """
        summary: secure UHD playback   # from chunks
        seed: 7
        machine:
          memory: 2G
          cpus: 4
          costs: linux-6.1-cortex-a72
          mutex: area
          areas:
            - {name: "linux,cma", size: 300M, base: 512M}
            - name: secure
              size: 64M
              order_per_bit: 4
          fill: 92.5%
          pins: 500
        background:
          writers: 2
          disk: 30
          processes: 4x32M
          turnover: 8M
          transient_pins: 10
          page_locks: 20
          warm_up: 1.5s
        devices:
          - name: camera
            plugin: camera.so
            area: secure
            strategy: fail-fast-then-normal
            priority: -5
            params: {width: 1920, format: NV12}
            count: 3
          - {name: screen, plugin: ./display.so}
        events:
          - {t: 2s, device: camera, op: still, with: {frames: 3}}
          - {t: 1s, device: camera.2, op: preview, every: 500ms, times: 3}
          - {t: 2s, device: screen, op: flip}
        duration: 30s
        """

    /// The shortest scene.
    static let short = "summary: s\ndevices: [{name: camera, plugin: camera.so}]\n"

    static func scene(_ text: String = text, _ overrides: (String, String)...) throws(SceneError) -> Scene {
        try Scene(parsing: Array(text.utf8), overrides: overrides.map { (path: $0.0, value: $0.1) })
    }

    static func error(_ text: String, _ overrides: (String, String)...) -> SceneError? {
        error(Array(text.utf8), overrides.map { (path: $0.0, value: $0.1) })
    }

    static func error(_ bytes: [UInt8], _ overrides: [(path: String, value: String)] = []) -> SceneError? {
        do {
            _ = try Scene(parsing: bytes, overrides: overrides)
            return nil
        } catch {
            return error
        }
    }

    /// The sample with its first `old` replaced.
    static func replacing(_ old: String, by new: String) -> String {
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.joined(separator: new)
    }
}
