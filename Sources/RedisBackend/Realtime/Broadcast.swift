import Foundation
import MsgKit

/// An event to rooms in the form of Socket.IO's Redis adapter and emitter: `[uid, {type, data, nsp}, {rooms, flags,
/// except}]` as MessagePack. Its `type` stays that of an event when bytes are in it.
enum Broadcast {
    private static let eventType: Int64 = 2

    /// - Throws: ``MsgKit/ErrorCode/internalError`` when an argument is no JSON.
    static func encode(_ emission: RoomEmission, to rooms: WireRooms, from uid: String) throws -> [UInt8] {
        var writer = MessagePackWriter()
        writer.reserveCapacity(emission.arguments.reduce(128) { $0 + $1.utf8.count })
        writer.writeArray(count: 3)
        writer.write(uid)
        try write(packet: emission, into: &writer)
        writer.writeMap(count: 3)
        writer.write("rooms")
        write(rooms.rooms, into: &writer)
        writer.write("flags")
        writer.writeMap(count: emission.isVolatile ? 1 : 0)
        if emission.isVolatile {
            writer.write("volatile")
            writer.write(true)
        }
        writer.write("except")
        write(rooms.except, into: &writer)
        return writer.bytes
    }

    private static func write(packet emission: RoomEmission, into writer: inout MessagePackWriter) throws {
        writer.writeMap(count: 3)
        writer.write("type")
        writer.write(eventType)
        writer.write("data")
        writer.writeArray(count: emission.arguments.count + 1)
        writer.write(emission.event)
        for argument in emission.arguments {
            try JSONPacker.write(argument, attachments: emission.attachments, into: &writer)
        }
        writer.write("nsp")
        writer.write(BusChannels.namespace)
    }

    private static func write(_ names: [String], into writer: inout MessagePackWriter) {
        writer.writeArray(count: names.count)
        for name in names { writer.write(name) }
    }

    /// The beginning of every broadcast of a sender, by which it knows its own again without decoding them.
    static func head(of uid: String) -> [UInt8] {
        var writer = MessagePackWriter()
        writer.writeArray(count: 3)
        writer.write(uid)
        return writer.bytes
    }

    /// Nil when it is not for this namespace, or no event.
    static func decode(_ bytes: [UInt8]) throws(MessagePackError) -> RoomEmission? {
        var reader = MessagePackReader(bytes)
        let count = try reader.arrayCount()
        guard count >= 2 else { throw .unexpected("no packet") }
        try reader.skip()
        guard let packet = try WirePacket(&reader) else { return nil }
        let options = count >= 3 ? try WireOptions(&reader) : WireOptions()
        return packet.emission(to: options)
    }
}
