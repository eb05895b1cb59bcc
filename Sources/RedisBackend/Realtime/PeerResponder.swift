import Logging
import MsgKit
import Synchronization

/// Answers what servers of another make ask about this process's sockets.
final class PeerResponder: Sendable {
    /// Requests that are being answered; more are left unanswered, and logged, and their askers time out.
    private static let maximumUnderway = 256

    private struct State {
        var sockets: (any LocalSockets)?
        var underway = 0
    }

    private let client: RedisClient
    private let channels: BusChannels
    private let refused: RepeatedWarning
    private let failed: RepeatedWarning
    private let state = Mutex(State())

    init(client: RedisClient, channels: BusChannels, logger: Logger) {
        self.client = client
        self.channels = channels
        let period = client.options.warningPeriod
        refused = RepeatedWarning(
            "a request of another server was not answered: there are too many", period: period, logger: logger)
        failed = RepeatedWarning("a request of another server was not answered", period: period, logger: logger)
    }

    func setSockets(_ sockets: (any LocalSockets)?) { state.withLock { $0.sockets = sockets } }

    /// Begins to answer a request; returns what of it is to be done like any other command.
    func take(_ request: PeerRequest) -> RoomCommand? {
        let (sockets, isTaken) = state.withLock { state in
            guard state.underway < Self.maximumUnderway else { return (state.sockets, false) }
            state.underway += 1
            return (state.sockets, true)
        }
        if isTaken {
            Task {
                await answer(request, from: sockets)
                state.withLock { $0.underway -= 1 }
            }
        } else {
            refused.warn()
        }
        if case .socketCommand(let command, _, _) = request { return command }
        return nil
    }

    private func answer(_ request: PeerRequest, from sockets: (any LocalSockets)?) async {
        do {
            switch request {
            case .command: break
            case .socketCommand(_, let socket, let requestID):
                // Only the server that has the socket answers.
                let isHere = await sockets?.sockets(in: [.socket(socket)], except: []).isEmpty == false
                if isHere, let requestID { try await respond(try PeerResponse.done(requestID)) }
            case .sockets(let requestID, let rooms):
                try await respond(try PeerResponse.sockets(requestID, await Self.sockets(rooms, of: sockets)))
            case .rooms(let requestID):
                try await respond(try PeerResponse.rooms(requestID, await sockets?.rooms() ?? []))
            case .fetch(let requestID, let rooms):
                try await respond(try PeerResponse.fetched(requestID, await Self.sockets(rooms, of: sockets)))
            case .serverSideEmit(let requestID):
                if let requestID { try await respond(try PeerResponse.unhandled(requestID)) }
            case .broadcast(let requestID, let emission, let timeout):
                await ask(requestID, emission, timeout: timeout, of: sockets)
            }
        } catch {
            report(error)
        }
    }

    private static func sockets(_ rooms: WireRooms, of sockets: (any LocalSockets)?) async -> [LocalSocket] {
        let (rooms, except) = rooms.selected
        return await sockets?.sockets(in: rooms, except: except) ?? []
    }

    private func ask(
        _ requestID: String, _ emission: RoomEmission, timeout: Duration, of sockets: (any LocalSockets)?
    ) async {
        let asked: @Sendable (Int) async -> Void = { count in
            do {
                try await self.respond(try PeerResponse.count(requestID, count))
            } catch {
                self.report(error)
            }
        }
        guard let sockets else { return await asked(0) }
        await sockets.ask(
            emission, timeout: timeout, asked: asked,
            answered: { answer in
                do {
                    try await self.respond(try PeerResponse.answer(requestID, answer))
                } catch {
                    self.report(error)
                }
            })
    }

    private func respond(_ payload: [UInt8]) async throws {
        var publish = RedisCommand("PUBLISH", channels.response)
        publish.append(payload)
        _ = try await client.send(publish)
    }

    private func report(_ error: any Error) {
        failed.warn(["error": "\(String(reflecting: error))"])
    }
}
