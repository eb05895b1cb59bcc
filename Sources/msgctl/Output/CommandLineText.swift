import ArgumentParser

/// The command line that the program was started with, for telling what to try.
struct CommandLineText {
    /// Those of the options every verb takes that say which configuration and data are meant.
    private static let selecting = ["--config", "--env-file", "--data-directory"]
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+")

    /// Without the program's own name.
    let arguments: [String]

    init(arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
        self.arguments = arguments
    }

    /// The same again.
    var whole: String { line("msgctl", arguments) }

    /// The program and the verb, as far as one is named.
    var verb: String {
        var names = ["msgctl"]
        var children: [any ParsableCommand.Type] = Msgctl.configuration.subcommands
        for argument in arguments {
            guard let child = children.first(where: { $0._commandName == argument }) else { break }
            names.append(argument)
            children = child.configuration.subcommands
        }
        return names.joined(separator: " ")
    }

    /// The word behind `help` that is no verb there; nil when help is not asked for like that, or there is some.
    var strangerToHelp: String? {
        guard arguments.first == "help" else { return nil }
        var children: [any ParsableCommand.Type] = Msgctl.configuration.subcommands
        for argument in arguments.dropFirst() where !argument.hasPrefix("-") {
            guard let child = children.first(where: { $0._commandName == argument }) else { return argument }
            children = child.configuration.subcommands
        }
        return nil
    }

    /// Another command on the same configuration and data.
    func other(_ command: String) -> String {
        var chosen: [String] = []
        for (place, argument) in arguments.enumerated() {
            if Self.selecting.contains(argument), place + 1 < arguments.count {
                chosen += [argument, arguments[place + 1]]
            } else if Self.selecting.contains(where: { argument.hasPrefix($0 + "=") }) {
                chosen.append(argument)
            }
        }
        return line("msgctl \(command)", chosen)
    }

    private func line(_ command: String, _ arguments: [String]) -> String {
        ([command] + arguments.map(Self.quoted)).joined(separator: " ")
    }

    /// As a shell takes it for one word.
    private static func quoted(_ argument: String) -> String {
        guard argument.isEmpty || !argument.allSatisfy(plain.contains) else { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
