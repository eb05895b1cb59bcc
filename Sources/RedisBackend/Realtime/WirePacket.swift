import Foundation
import MsgKit

/// `{type:2, data:[event, …arguments], nsp}`
struct WirePacket {
    var event: String
    var arguments: [String]
    var attachments: [Data]

    /// Reads one; nil when it is not for this namespace, or no event.
    init?(_ reader: inout MessagePackReader) throws(MessagePackError) {
        var type: Int64 = 2
        var namespace = BusChannels.namespace
        var data: MessagePackReader?
        for _ in 0..<(try reader.mapCount()) {
            switch try reader.key() {
            case "type": type = try reader.integer()
            case "nsp": namespace = try reader.optionalString() ?? BusChannels.namespace
            case "data":
                data = reader
                try reader.skip()
            default: try reader.skip()
            }
        }
        guard type == 2, namespace == BusChannels.namespace, var data else { return nil }
        let count = try data.arrayCount()
        guard count > 0 else { throw .unexpected("no event") }
        event = try data.name()
        arguments = []
        var json = MessagePackJSON()
        for _ in 1..<count { arguments.append(try json.text(of: &data)) }
        attachments = json.attachments
    }

    func emission(to options: WireOptions) -> RoomEmission {
        let (rooms, except) = options.rooms.selected
        return RoomEmission(
            event: event, arguments: arguments, attachments: attachments, rooms: rooms, except: except,
            isVolatile: options.isVolatile)
    }
}
