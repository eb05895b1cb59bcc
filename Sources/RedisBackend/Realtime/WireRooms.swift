import MsgKit

/// Rooms as Socket.IO's servers write them: none means everybody.
struct WireRooms: Sendable, Equatable {
    var rooms: [String]
    var except: [String]

    /// Nil when nobody is meant, which their form can't say.
    init?(_ rooms: [Room], except: [Room]) {
        guard !rooms.isEmpty, !except.contains(.everyone) else { return nil }
        self.rooms = rooms.contains(.everyone) ? [] : rooms.map(\.rawValue)
        self.except = except.map(\.rawValue)
    }

    init(rooms: [String], except: [String]) {
        self.rooms = rooms
        self.except = except
    }

    /// As commands name them. A room without a name, in which nobody is there, must not become everybody here.
    var selected: (rooms: [Room], except: [Room]) {
        (
            rooms.isEmpty ? [.everyone] : rooms.filter { !$0.isEmpty }.map(Room.init(rawValue:)),
            except.filter { !$0.isEmpty }.map(Room.init(rawValue:))
        )
    }
}
