import Foundation
import Logging
import MsgKit
import NIOCore
import SocketIO

/// The sockets of this process, as room commands address them.
public struct SocketRooms: LocalRooms {
    let namespace: Namespace
    private let metrics: SocketMetrics?
    private let logger: Logger

    /// - Parameter metrics: counts events that come for rooms; nil where others do.
    public init(
        _ server: SocketIOServer, metrics: SocketMetrics? = nil, logger: Logger = Logger(label: "msgctl")
    ) {
        namespace = server.of("/")
        self.metrics = metrics
        self.logger = logger
    }

    public func perform(_ command: RoomCommand) async {
        switch command {
        case .emit(let emission):
            metrics?.emitted(emission.event)
            logger.debug(
                "an event goes to sockets",
                metadata: [
                    "event": "\(emission.event.prefix(64))",
                    "rooms": "\(emission.rooms.prefix(4).map(\.rawValue).joined(separator: " "))",
                    "message": "\(emission.key?.prefix(64) ?? "")",
                ])
            // Without rooms Socket.IO would mean everybody.
            guard var selection = selection(emission.rooms, emission.except) else { return }
            if emission.isVolatile { selection = selection.volatile }
            // Only reserved names are refused, and none of the contract's is.
            try? selection.emit(
                emission.event, jsonArguments: emission.arguments.map { ByteBuffer(string: $0) },
                attachments: emission.attachments.map { ByteBuffer(bytes: $0) }, key: Self.key(of: emission))
        case .join(let members, let except, let rooms):
            await selection(members, except)?.socketsJoin(rooms.map(\.rawValue))
        case .leave(let members, let except, let rooms):
            await selection(members, except)?.socketsLeave(rooms.map(\.rawValue))
        case .disconnect(let members, let except):
            await selection(members, except)?.disconnectSockets(close: true)
        }
    }

    private struct Identified: Decodable {
        var id: String
    }

    /// What came over Redis says it in its argument only.
    private static func key(of emission: RoomEmission) -> String? {
        guard emission.key == nil, emission.event == MessageReceived.name, let argument = emission.arguments.first
        else {
            return emission.key
        }
        return (try? JSONDecoder().decode(Identified.self, from: Data(argument.utf8)))?.id
    }

    /// The sockets in any of the rooms; nil when no room is named.
    func selection(_ rooms: [Room], _ except: [Room]) -> BroadcastOperator? {
        guard !rooms.isEmpty else { return nil }
        let isEveryone = rooms.contains(.everyone)
        return namespace.to(isEveryone ? [] : rooms.map(\.rawValue)).except(except.map(\.rawValue))
    }
}
