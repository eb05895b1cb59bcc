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
    /// Whether it is of no use when late: clients that lag, or are away, do without it.
    public var isVolatile: Bool
    /// ``RequestID`` of what emitted it, for the logs of other processes; engines whose messages have a form of their own
    /// leave it out.
    public var request: String?

    public init(
        event: String, arguments: [String], attachments: [Data] = [], rooms: [Room], except: [Room] = [],
        key: String? = nil, isVolatile: Bool = false, request: String? = nil
    ) {
        self.event = event
        self.arguments = arguments
        self.attachments = attachments
        self.rooms = rooms
        self.except = except
        self.key = key
        self.isVolatile = isVolatile
        self.request = request
    }

    /// An event with one argument.
    public init(event: String, payload: String, rooms: [Room], except: [Room] = []) {
        self.init(event: event, arguments: [payload], rooms: rooms, except: except)
    }
}

extension RoomEmission {
    /// Reads also what processes of earlier versions have published.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        event = try container.decode(String.self, forKey: .event)
        arguments = try container.decode([String].self, forKey: .arguments)
        attachments = try container.decode([Data].self, forKey: .attachments)
        rooms = try container.decode([Room].self, forKey: .rooms)
        except = try container.decode([Room].self, forKey: .except)
        key = try container.decodeIfPresent(String.self, forKey: .key)
        isVolatile = try container.decodeIfPresent(Bool.self, forKey: .isVolatile) ?? false
        request = try container.decodeIfPresent(String.self, forKey: .request)
    }
}
