import Foundation
import MsgKit
import NIOCore
import SocketIO

/// Gives clients that come back after a long time, or to another process, the messages that they missed, or has them
/// read anew.
public struct SocketBackfill: Sendable {
    private struct Auth: Decodable {
        var recovery: Bool?
    }

    /// How far the clock of another process may be ahead of this one's.
    private static let clockSkew: TimeInterval = 60

    private let missed: MissedMessages
    private let metrics: SocketMetrics

    public init(_ missed: MissedMessages, metrics: SocketMetrics = SocketMetrics()) {
        self.missed = missed
        self.metrics = metrics
    }

    /// Recovery for clients that ask for it with `auth: {recovery: true}`; others may have handlers that one argument
    /// more would break.
    public func settings(window: Duration) -> ConnectionStateRecovery {
        var settings = ConnectionStateRecovery()
        settings.maxDisconnectionDuration = window
        // Membership may have changed meanwhile.
        settings.rooms = .current
        settings.isWanted = { (try? $0.decodeAuth(Auth.self))?.recovery == true }
        settings.isAllowed = { socket, earlier in
            guard let earlier = earlier as? SocketIdentity else { return false }
            return socket.data(as: SocketIdentity.self)?.principal.id == earlier.principal.id
        }
        settings.backfill = { socket, gap in try await backfill(socket, gap) }
        return settings
    }

    private func backfill(_ socket: Socket, _ gap: RecoveryGap) async throws -> [ReplayedEvent] {
        guard let user = socket.data(as: SocketIdentity.self)?.principal.id, let offset = gap.offset,
            // Nobody can have got anything of a time to come.
            offset.time < Date(timeIntervalSinceNow: Self.clockSkew),
            let messages = try await missed.messages(
                of: user, after: offset.time, wasSent: { gap.wasSent(key: $0.description) })
        else {
            metrics.cameBack(.resync)
            return [try Self.event(Resync(.missedEvents))]
        }
        metrics.cameBack(.replayed)
        return try messages.map(Self.event)
    }

    private static func event<Event: ServerEvent>(_ event: Event) throws -> ReplayedEvent {
        ReplayedEvent(
            name: Event.name, arguments: [ByteBuffer(bytes: try JSONEncoder.msgctl().encode(event))],
            key: event.recoveryKey)
    }
}
