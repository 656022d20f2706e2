import AllocationStrategies
import ArgumentParser
import Reporting
import TextSupport

struct StrategiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategies",
        abstract: "List the allocation strategies, or explain one.",
        discussion: """
            A strategy is how hard one cma_alloc() tries, and how a driver collects its chunks with such \
            calls. 'run --strategy' and 'compare' take each of them, or a plugin of your own.
            """)

    @Argument(
        help: ArgumentHelp("The strategy to explain.", valueName: "name"), completion: Completions.ownStrategy
    )
    var name: String?

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
        var chosen = Strategy.all
        if let name {
            let input = try StrategyInput(parsing: name)
            guard let strategy = input.known else {
                guard !input.isAsAsked else {
                    throw CommandFailure(
                        .usage,
                        "\(name) is not a strategy: each driver gathers as it does by itself; "
                            + "\(Strategy.standard.name) is what a driver does unless its plugin says otherwise"
                    )
                }
                throw CommandFailure(
                    .usage, "'\(name)' is a plugin; 'devemu plugin inspect \(name)' shows what it is")
            }
            chosen = [strategy]
        }
        let cards = chosen.map {
            StrategyCard(name: $0.name, summary: $0.summary, origin: $0.origin, rule: $0.rule)
        }
        switch format {
        case .json: try Terminal.write(JSONText.encode(StrategyList(strategies: cards)))
        case .text:
            let style = color.style
            try Terminal.write(
                name == nil ? StrategyCard.list(cards, style: style) : cards[0].text(style: style))
        }
    }
}
