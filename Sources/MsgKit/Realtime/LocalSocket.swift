/// What servers of another make are told of a socket.
public struct LocalSocket: Sendable, Equatable {
    public var id: String
    public var rooms: [Room]
    /// A JSON object: what the client brought when it connected, without what proves who it is.
    public var handshake: String
    /// A JSON value: whose socket it is.
    public var data: String

    public init(id: String, rooms: [Room], handshake: String, data: String) {
        self.id = id
        self.rooms = rooms
        self.handshake = handshake
        self.data = data
    }
}
