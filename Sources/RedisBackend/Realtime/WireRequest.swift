import Foundation
import MsgKit

/// A request as JSON; which fields there are depends on the type.
struct WireRequest: Codable {
    struct Options: Codable {
        var rooms: [WireName]?
        var except: [WireName]?
    }

    var uid: String?
    var requestId: String?
    var type: Int
    var opts: Options?
    var rooms: [WireName]?
    var sid: String?
    var room: WireName?
    var close: Bool?

    /// Which sockets are meant; the oldest form names rooms only.
    var selected: WireRooms {
        guard let opts else { return WireRooms(rooms: (rooms ?? []).map(\.text), except: []) }
        return WireRooms(rooms: (opts.rooms ?? []).map(\.text), except: (opts.except ?? []).map(\.text))
    }

    /// For the types 2 to 4.
    var command: RoomCommand? {
        let members: [Room]
        let except: [Room]
        if opts == nil, let sid {
            (members, except) = ([Room(rawValue: sid)], [])
        } else if opts != nil {
            (members, except) = selected.selected
        } else {
            return nil
        }
        let names = rooms ?? room.map { [$0] } ?? []
        let rooms = names.map(\.text).filter { !$0.isEmpty }.map(Room.init(rawValue:))
        switch type {
        case 2: return .join(members: members, except: except, rooms: rooms)
        case 3: return .leave(members: members, except: except, rooms: rooms)
        case 4: return .disconnect(members: members, except: except)
        default: return nil
        }
    }

    /// What has the other servers do a command; nil for an event, and when nobody is meant.
    init?(_ command: RoomCommand, from uid: String) {
        let selection: WireRooms?
        switch command {
        case .emit: return nil
        case .join(let members, let except, let joined):
            (type, selection) = (2, WireRooms(members, except: except))
            rooms = joined.map { WireName($0.rawValue) }
        case .leave(let members, let except, let left):
            (type, selection) = (3, WireRooms(members, except: except))
            rooms = left.map { WireName($0.rawValue) }
        case .disconnect(let members, let except):
            (type, selection) = (4, WireRooms(members, except: except))
            close = true
        }
        guard let selection else { return nil }
        self.uid = uid
        opts = Options(
            rooms: selection.rooms.map { WireName($0) }, except: selection.except.map { WireName($0) })
    }

    func encoded() throws -> [UInt8] {
        do {
            return Array(try JSONEncoder.msgctl().encode(self))
        } catch {
            throw MsgError(.internalError, "A room command could not be written.", cause: error)
        }
    }
}

/// A room's name; JavaScript's may be numbers.
struct WireName: Codable {
    var text: String

    init(_ text: String) {
        self.text = text
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else {
            let number = try container.decode(Double.self)
            text = Int64(exactly: number).map(String.init) ?? String(number)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
