import AllocationStrategies
import Sweeps

/// A strategy of a sweep.
struct SweepStrategy {
    /// As plans name it; nil for as-asked.
    let text: String?
    let input: StrategyInput?
    /// What tells it apart in hashes of runs: a name, or the hash of a plugin's file.
    let identity: String?

    static let asAsked = SweepStrategy(text: nil, input: nil, identity: nil)

    /// Strategies as a grid lists them; none twice.
    /// - Parameter path: of the grid.
    static func list(
        _ values: [GridValue], of path: String, files: SweepFiles, place: (GridValue) -> String
    ) throws(CommandFailure) -> [SweepStrategy] {
        var strategies: [SweepStrategy] = []
        for value in values {
            for strategy in try named(value, of: path, files: files, place: place) {
                guard !strategies.contains(where: { $0.identity == strategy.identity }) else {
                    throw CommandFailure(
                        .badInput,
                        "\(place(value)): strategies: \(strategy.text ?? Grid.asAsked) is there already; keep one of the two"
                    )
                }
                strategies.append(strategy)
            }
        }
        return strategies.isEmpty ? [asAsked] : strategies
    }

    private static func named(
        _ value: GridValue, of path: String, files: SweepFiles, place: (GridValue) -> String
    ) throws(CommandFailure) -> [SweepStrategy] {
        switch value.text {
        case Grid.asAsked: return [asAsked]
        case Grid.allStrategies:
            return Strategy.all.map {
                SweepStrategy(text: $0.name, input: StrategyInput($0), identity: $0.name)
            }
        default:
            do {
                let isFile = value.text.contains("/") || value.text.hasSuffix(".so")
                let input = try StrategyInput(
                    parsing: isFile ? SceneInput.file(value.text, beside: path) : value.text)
                let identity =
                    try input.path.map { try files.hash(ofPlugin: $0, name: value.text) } ?? input.name
                return [SweepStrategy(text: value.text, input: input, identity: identity)]
            } catch let error as CommandFailure {
                let status = error.status == .usage ? .badInput : error.status
                throw CommandFailure(status, "\(place(value)): strategies: \(error)")
            } catch {
                throw CommandFailure(.internalError, "\(error)")
            }
        }
    }
}
