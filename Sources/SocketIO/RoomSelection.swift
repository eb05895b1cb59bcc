/// Which sockets are meant: those in any of `rooms` (all when there are none) that are in none of `except`.
struct RoomSelection: Sendable, Equatable, Codable {
    var rooms: [String] = []
    var except: [String] = []
    /// Sockets of this process only: what is done is not published to others.
    var isLocal = false
    /// Sockets to which much waits already are left out of what is sent.
    var isVolatile = false
}
