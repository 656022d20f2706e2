import ArgumentParser
import PhysicalMemory

/// The cost profile that `--costs` names.
enum CostsInput {
    static let help = ArgumentHelp(
        "What each step costs in emulated time: "
            + CostProfile.shippedTexts.map(\.name).joined(separator: ", ")
            + ", or a file as 'devemu calibrate' writes it (default: the kernel's).",
        valueName: "profile")

    /// The profile of a name, or of a file.
    ///
    /// - Parameters:
    ///   - option: what the name was given by, for messages.
    ///   - read: gives the bytes of a file.
    static func read(
        _ costs: String, option: String? = "--costs",
        by read: (String) throws(CommandFailure) -> [UInt8] = { path throws(CommandFailure) in
            try InputFile.read(path, as: .costs)
        }
    ) throws(CommandFailure) -> CostProfile {
        if let profile = CostProfile.named(costs) { return profile }
        let bytes: [UInt8]
        do {
            bytes = try read(costs)
        } catch {
            guard error.status == .noInput, !costs.contains("/") else { throw error }
            let names = CostProfile.shippedTexts.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .noInput, (option.map { $0 + " " } ?? "") + "'\(costs)' is no file and none of \(names)")
        }
        do {
            return try CostProfile(parsing: bytes)
        } catch {
            throw CommandFailure(.badInput, "\(costs):\(error.line): \(error)")
        }
    }
}
