import ArgumentParser
import MsgKit

/// Which dead letters a verb works on: some by id, or all.
struct DeadLetterSelection: ParsableArguments {
    @Argument(help: ArgumentHelp("The ids of the messages.", valueName: "id"), transform: Self.identifier)
    var ids: [AutoMessage.ID] = []

    @Flag(help: "All that there are.")
    var all = false

    func validate() throws {
        guard all == ids.isEmpty else { throw ValidationError("Name the messages, or say --all.") }
    }

    /// The ids; nil for all.
    var selected: [AutoMessage.ID]? { all ? nil : ids }

    static func identifier(_ text: String) throws -> AutoMessage.ID {
        guard let id = AutoMessage.ID(text) else { throw ValidationError("'\(text)' is no id of 24 hex digits.") }
        return id
    }
}
