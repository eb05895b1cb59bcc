import ArgumentParser
import Foundation
import MsgKit

/// Which dead letters a verb works on: those that meet every condition.
struct DeadLetterSelection: ParsableArguments {
    static let maximumIDs = 1000

    @Argument(
        help: ArgumentHelp("The ids of the messages, at most \(Self.maximumIDs).", valueName: "id"),
        transform: Self.identifier)
    var ids: [AutoMessage.ID] = []

    @Option(
        help: ArgumentHelp("A part of the reason, in upper or lower case, with accents or without.", valueName: "text"))
    var reason: String?

    @Option(
        help: ArgumentHelp("Given up at this instant or later, such as 2026-01-31T09:00:00Z.", valueName: "instant"),
        transform: Date.argument)
    var since: Date?

    @Option(help: ArgumentHelp("Given up before this instant.", valueName: "instant"), transform: Date.argument)
    var before: Date?

    @Option(help: ArgumentHelp("Written by this user.", valueName: "id"), transform: Self.identifier)
    var sender: User.ID?

    @Option(help: ArgumentHelp("Meant for this user.", valueName: "id"), transform: Self.identifier)
    var receiver: User.ID?

    @Option(help: ArgumentHelp("Of this conversation.", valueName: "id"), transform: Self.identifier)
    var conversation: Conversation.ID?

    @Flag(help: "What lay in the queue and is no job.")
    var unreadable = false

    func validate() throws {
        guard ids.count <= Self.maximumIDs else {
            throw ValidationError("Name at most \(Self.maximumIDs) ids at a time.")
        }
        // An empty variable of a script must not mean everything.
        guard reason?.contains(where: { !$0.isWhitespace }) ?? true else {
            throw ValidationError("--reason takes a part of the reason, not an empty text.")
        }
        if let since, let before, since >= before {
            throw ValidationError("--since has to lie before --before; nothing is between the two.")
        }
    }

    var filter: DeadLetterFilter {
        DeadLetterFilter(
            ids: ids.isEmpty ? nil : Set(ids), reason: reason, since: since, before: before, sender: sender,
            receiver: receiver, conversation: conversation, kind: unreadable ? .unreadable : nil)
    }

    static func identifier<Entity>(_ text: String) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(text) else {
            throw ValidationError("'\(text.printable)' is no id of 24 hex digits.")
        }
        return id
    }
}
