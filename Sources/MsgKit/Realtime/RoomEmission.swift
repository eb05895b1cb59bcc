import Foundation

/// An event on its way to rooms.
public struct RoomEmission: Sendable, Equatable, Codable {
    public var event: String
    /// The event's arguments as JSON texts. `{"_placeholder":true,"num":0}` in them stands for the first of the
    /// attachments, as in Socket.IO's packets; without attachments it stands for itself.
    public var arguments: [String]
    /// What of the arguments is bytes.
    public var attachments: [Data]
    public var rooms: [Room]
    public var except: [Room]
    /// The id of the message that the event tells of, by which it is known later who has had it. nil for other events, and
    /// for those of processes that have no such field.
    public var key: String?

    public init(
        event: String, arguments: [String], attachments: [Data] = [], rooms: [Room], except: [Room] = [],
        key: String? = nil
    ) {
        self.event = event
        self.arguments = arguments
        self.attachments = attachments
        self.rooms = rooms
        self.except = except
        self.key = key
    }

    /// An event with one argument.
    public init(event: String, payload: String, rooms: [Room], except: [Room] = []) {
        self.init(event: event, arguments: [payload], rooms: rooms, except: except)
    }
}
