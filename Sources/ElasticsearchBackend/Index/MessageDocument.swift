import Foundation
import MsgKit

/// A message as the index holds it. A deleted one leaves its id and version, so that nothing older takes its place; such
/// a document has no conversation, and no search finds it.
enum MessageDocument {
    /// How much of a content is indexed, in characters; what comes after it is not found.
    static let maximumContent = 8_192
    /// Added to a deleted message's version: that it is deleted is final, whatever the clocks of the nodes said.
    private static let deletion: Int64 = 1 << 52

    /// What brings the index to a message's state.
    static func operation(_ message: Message) -> BulkOperation {
        var text = beginning(id: message.id, updatedAt: instant(message.updatedAt))
        if !message.isDeleted {
            text.write(raw: ",\"createdAt\":")
            text.write(instant(message.createdAt))
            text.write(raw: ",\"conversation\":")
            text.write(message.conversation.description)
            text.write(raw: ",\"sender\":")
            text.write(message.sender.description)
            text.write(raw: ",\"messageType\":")
            text.write(message.messageType.rawValue)
            text.write(raw: ",\"content\":")
            text.write(content(message.content))
        }
        text.write(raw: "}")
        return BulkOperation(id: message.id.description, version: version(message), document: text.bytes)
    }

    /// What takes a message out that the index holds in a version; the same version may come in again, as taking out by
    /// the engine's own means would not let it for a while.
    static func removal(of id: Message.ID, version: Int64) -> BulkOperation {
        var text = beginning(id: id, updatedAt: 0)
        text.write(raw: "}")
        return BulkOperation(id: id.description, version: version, document: text.bytes)
    }

    private static func beginning(id: Message.ID, updatedAt: Int64) -> JSONText {
        var text = JSONText()
        text.write(raw: "{\"id\":")
        text.write(id.description)
        text.write(raw: ",\"updatedAt\":")
        text.write(updatedAt)
        return text
    }

    /// Grows with a message's states.
    static func version(_ message: Message) -> Int64 {
        max(0, instant(message.createdAt), instant(message.updatedAt)) + (message.isDeleted ? deletion : 0)
    }

    static func isDeletion(version: Int64) -> Bool { version >= deletion }

    /// Milliseconds since 1970, of the years 1 to 9999: what an engine takes for a date, and what can be reckoned with.
    static func instant(_ date: Date) -> Int64 {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        return milliseconds.isNaN ? 0 : Int64(min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999))
    }

    private static func content(_ content: String) -> String {
        FoldingRules.prepare(content.utf8.count > maximumContent ? String(content.prefix(maximumContent)) : content)
    }
}
