/// An event on its way to rooms.
public struct RoomEmission: Sendable, Equatable, Codable {
    public var event: String
    /// The event's one argument as JSON text.
    public var payload: String
    public var rooms: [Room]
    public var except: [Room]

    public init(event: String, payload: String, rooms: [Room], except: [Room] = []) {
        self.event = event
        self.payload = payload
        self.rooms = rooms
        self.except = except
    }
}
