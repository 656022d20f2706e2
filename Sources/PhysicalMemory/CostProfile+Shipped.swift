/// The profiles that come with devemu, as the text a user could have written.
extension CostProfile {
    /// A Linux 6.1 guest under QEMU's software emulation, as the recordings were made on.
    public static let qemu = shipped(qemuText)

    /// Linux 6.1 on a Cortex-A72, by reasoning.
    public static let cortexA72 = shipped(qemuText)

    /// Names and texts of the profiles.
    public static let shippedTexts: [(name: String, text: String)] = [
        ("linux-6.1-qemu", qemuText), ("linux-6.1-cortex-a72", qemuText),
    ]

    /// The profile of that name, or nil.
    public static func named(_ name: String) -> CostProfile? {
        shippedTexts.first { $0.name == name }.map { shipped($0.text) }
    }

    private static func shipped(_ text: String) -> CostProfile {
        do {
            return try CostProfile(parsing: text)
        } catch {
            preconditionFailure("line \(error.line): \(error)")
        }
    }

    private static let qemuText = """
        call = 6355 ns
        window = 9861 ns
        isolate_window = 4816 ns
        isolate_step = 20.8 ns
        isolate_free_block = 22.8 ns
        disable_lru_first = 9235 ns
        disable_lru_window = 21216 ns
        disable_lru_per_cpu = 3989 ns
        migrate_window = 3567 ns
        migrate_batch = 18793 ns
        migrate_page = 14452 ns
        migrate_attempt = 2400 ns
        drop_page = 4200 ns
        drain_window = 1299 ns
        drain_pages = 13374 ns
        take_page = 89 ns
        edge_page = 285 ns
        release = 2000 ns
        release_page = 400 ns
        first_call = 5000000 ns
        """
}
