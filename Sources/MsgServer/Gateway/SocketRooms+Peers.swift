import Foundation
import MsgKit
import NIOCore
import SocketIO

extension SocketRooms: LocalSockets {
    public func sockets(in rooms: [MsgKit.Room], except: [MsgKit.Room]) async -> [LocalSocket] {
        var told: [LocalSocket] = []
        for socket in await selection(rooms, except)?.fetchSockets() ?? [] {
            let rooms = [socket.id] + (await socket.rooms())
            told.append(
                LocalSocket(
                    id: socket.id, rooms: rooms.map { MsgKit.Room(rawValue: $0) },
                    handshake: PeerHandshake(socket.handshake).json, data: PeerSocketData(socket).json))
        }
        return told
    }

    public func rooms() async -> Set<MsgKit.Room> {
        Set(await namespace.rooms().map { MsgKit.Room(rawValue: $0) })
    }

    public func ask(
        _ emission: RoomEmission, timeout: Duration, asked: @escaping @Sendable (Int) async -> Void,
        answered: @escaping @Sendable (SocketAnswer) async -> Void
    ) async {
        // Only reserved names are refused, and those no client is told.
        guard let selection = selection(emission.rooms, emission.except),
            let question = try? await selection.emitWithAck(
                emission.event, jsonArguments: emission.arguments.map { ByteBuffer(string: $0) },
                attachments: emission.attachments.map { ByteBuffer(bytes: $0) }, timeout: timeout)
        else { return await asked(0) }
        await asked(question.count)
        for await arguments in question.answers {
            let argument = arguments.raw(at: 0).map { String(buffer: $0) } ?? "null"
            await answered(
                SocketAnswer(
                    argument: argument, attachments: arguments.attachments.map { Data($0.readableBytesView) }))
        }
    }
}
