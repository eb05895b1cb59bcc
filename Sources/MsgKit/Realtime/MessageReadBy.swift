import Foundation

/// `message_read_by`: somebody has read a message.
public struct MessageReadBy: ServerEvent, Equatable {
    public static let name = "message_read_by"

    public struct Reader: Sendable, Equatable, Encodable {
        public var id: User.ID
        public var username: String
    }

    public var messageId: Message.ID
    public var readBy: Reader
    public var timestamp: Date

    public init(message: Message.ID, reader: UserReference, at instant: Date) {
        messageId = message
        readBy = Reader(id: reader.id, username: reader.username)
        timestamp = instant
    }
}
