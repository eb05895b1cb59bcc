/// Which sockets are meant: those in any of `rooms` (all when there are none) that are in none of `except`.
struct RoomSelection: Sendable, Equatable {
    var rooms: [String] = []
    var except: [String] = []
}
