/// Which sockets are meant: those in any of some rooms (all when there are none) that are in none of others. Made with
/// ``BroadcastSource``'s methods.
public struct RoomSelection: Sendable, Equatable, Codable {
    var rooms: [String] = []
    /// Sockets in any of these are not meant.
    var except: [String] = []
    /// Sockets of this process only: what is done is not published to others.
    var isLocal = false
    /// Sockets to which much waits already are left out of what is sent.
    var isVolatile = false
}
