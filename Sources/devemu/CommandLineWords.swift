import ArgumentParser
import PluginInspection
import Reporting
import TextSupport

/// The words of a command line before and after the argument parser has seen them.
struct CommandLineWords {
    /// As the parser is given them.
    let words: [String]
    /// The commands that the first words name, the root first.
    private let commands: [any ParsableCommand.Type]

    /// - Parameter arguments: those of the process, without its name.
    init(_ arguments: [String]) {
        words = Self.joiningNegativeNumbers(arguments)
        var commands: [any ParsableCommand.Type] = [Devemu.self]
        for word in words {
            guard
                let next = commands[commands.count - 1].configuration.subcommands
                    .first(where: { $0.configuration.commandName == word })
            else { break }
            commands.append(next)
        }
        self.commands = commands
    }

    /// `--fill -1` as `--fill=-1`: the parser takes a word that begins with a dash for another option and says that
    /// the value is missing, where the command can say what is wrong with it.
    private static func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
        var words: [String] = []
        var isOption = true
        for argument in arguments {
            if let last = words.last, isOption, last.hasPrefix("--"), last.count > 2, !last.contains("="),
                argument.hasPrefix("-"), argument.dropFirst().first?.isWholeNumber == true
            {
                words[words.count - 1] = "\(last)=\(argument)"
            } else {
                words.append(argument)
            }
            if argument == "--" { isOption = false }
        }
        return words
    }

    /// `devemu sweep plan`, as far as the words name commands.
    private var name: String {
        isSceneHelp
            ? SceneHelpCommand.configuration.commandName ?? ""
            : commands.compactMap { $0.configuration.commandName }.joined(separator: " ")
    }

    private var isSceneHelp: Bool { words.starts(with: SceneHelpCommand.words) }

    /// The command of these words.
    func parsed() throws -> any ParsableCommand {
        isSceneHelp
            ? try SceneHelpCommand.parseAsRoot(Array(words.dropFirst(SceneHelpCommand.words.count)))
            : try Devemu.parseAsRoot(words)
    }

    /// The line about a first word that names no command where one has to stand; nil when it does.
    var unknownCommand: String? {
        let names = commands[commands.count - 1].configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        guard !names.isEmpty, words.count >= commands.count else { return nil }
        let word = words[commands.count - 1]
        guard !word.hasPrefix("-") else { return nil }
        guard word != "help" else { return Self.unknownCommand(ofHelp: words.dropFirst(commands.count)) }
        if commands.count == 1, word.contains("/") || word.contains(".") {
            return
                "\(quoted(word)) is not a command; to run a file, write 'devemu run \(Human.printable(word))'"
        }
        let near = Spelling.nearest(to: word, among: names)
        return "no command \(quoted(word)); "
            + (near.map { "did you mean '\(name) \($0)'?" } ?? "there are \(names.joined(separator: ", "))")
    }

    /// The same for the words after `help`, which the parser would pass over.
    private static func unknownCommand(ofHelp words: ArraySlice<String>) -> String? {
        guard words.first != SceneHelpCommand.words.last else { return nil }
        var command: any ParsableCommand.Type = Devemu.self
        for word in words where !word.hasPrefix("-") {
            let others = command.configuration.subcommands
            guard let next = others.first(where: { $0.configuration.commandName == word }) else {
                let names =
                    others.compactMap { $0.configuration.commandName } + SceneHelpCommand.words.suffix(1)
                let near = Spelling.nearest(to: word, among: names)
                return "no command \(quoted(word)); "
                    + (near.map { "did you mean \($0)?" } ?? "see 'devemu --help'")
            }
            command = next
        }
        return nil
    }

    /// What the parser refused, in one line, as devemu says what it refuses itself.
    func complaint(about error: any Error) -> String {
        var text = Devemu.message(for: error).split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }.joined(separator: " ")
        if let first = text.first, text.dropFirst().first?.isLowercase == true {
            text = first.lowercased() + text.dropFirst()
        }
        for beginning in ["Did you mean", "Please provide"] {
            text = text.replacing(
                ". \(beginning)", with: "; \(beginning.prefix(1).lowercased())\(beginning.dropFirst())")
        }
        if text.hasSuffix(".") { text.removeLast() }
        return text + (text.hasSuffix("?") ? " " : "; ") + "see '\(name) --help'"
    }
}
