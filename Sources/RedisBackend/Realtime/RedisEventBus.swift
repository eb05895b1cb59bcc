import Logging
import MsgKit
import Synchronization

/// Room commands over Redis, in the wire protocol of Socket.IO's Redis adapter and emitter, so that Node servers and
/// emitters of the same fleet work with this process.
///
/// What this process publishes carries its id, and is dropped when it comes back. Requests of peers about its sockets are
/// answered while it subscribes, because they wait for every subscriber.
final class RedisEventBus: EventBus, BusLosses, PeerRequests {
    /// What one round trip carries at most.
    private static let batchCount = 512
    private static let batchBytes = 4 * 1_024 * 1_024

    /// Makes the connection that listens.
    typealias SubscriberFactory =
        @Sendable (
            BusChannels, _ subscribed: @escaping @Sendable () -> Void,
            _ received: @escaping @Sendable (_ channel: String, _ payload: [UInt8]) -> Void
        ) -> RedisSubscriber

    private struct State {
        var subscriber: RedisSubscriber?
        var isClosed = false
    }

    private let client: RedisClient
    private let channels: BusChannels
    private let uid: String
    private let logger: Logger
    private let makeSubscriber: SubscriberFactory
    private let lost = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let queue: BusMessageQueue
    private let responder: PeerResponder
    private let tooLong: RepeatedWarning
    private let unreadable: RepeatedWarning
    private let tooMany: RepeatedWarning
    private let state = Mutex(State())

    /// - Parameter subscriber: called only when somebody listens, because peers count those who do.
    init(client: RedisClient, logger: Logger, subscriber: @escaping SubscriberFactory) {
        let channels = BusChannels(key: client.options.busKey)
        self.client = client
        self.channels = channels
        self.logger = logger
        uid = NodeID.random().rawValue
        makeSubscriber = subscriber
        queue = BusMessageQueue(
            maximumCount: client.options.maximumWaitingEvents, maximumBytes: client.options.maximumWaitingEventBytes)
        responder = PeerResponder(client: client, channels: channels, logger: logger)
        let warning = { RepeatedWarning($0, period: client.options.warningPeriod, logger: logger) }
        tooLong = warning("an event of another process was dropped: it is too long")
        unreadable = warning("what came on the bus is not readable and was dropped")
        tooMany = warning("this process did not keep up with events of others; some are lost to it")
    }

    // MARK: Publishing

    func publish(_ commands: [RoomCommand]) async throws {
        var batch: [RedisCommand] = []
        var bytes = 0
        for command in try commands.compactMap(message) {
            batch.append(command)
            bytes += command.size
            if batch.count == Self.batchCount || bytes >= Self.batchBytes {
                try await send(batch)
                (batch, bytes) = ([], 0)
            }
        }
        try await send(batch)
    }

    private func send(_ batch: [RedisCommand]) async throws {
        for reply in try await client.send(batch) {
            if case .error(let text) = reply { throw client.error(.refused(text)) }
        }
    }

    /// Nil for what is for nobody.
    private func message(_ command: RoomCommand) throws -> RedisCommand? {
        let (channel, payload): (String, [UInt8])
        if case .emit(let emission) = command {
            guard let rooms = WireRooms(emission.rooms, except: emission.except) else { return nil }
            channel = channels.broadcast(to: rooms.rooms)
            payload = try Broadcast.encode(emission, to: rooms, from: uid)
        } else {
            guard let request = WireRequest(command, from: uid) else { return nil }
            channel = channels.request
            payload = try request.encoded()
        }
        var publish = RedisCommand("PUBLISH", channel)
        publish.append(payload)
        return publish
    }

    // MARK: Listening

    func commands() async throws -> AsyncStream<RoomCommand> {
        let subscriber = try state.withLock { state in
            guard !state.isClosed else { throw client.error(.closed) }
            if let subscriber = state.subscriber { return subscriber }
            let lost = lost.continuation
            let subscriber = makeSubscriber(channels, { lost.yield() }, receiver())
            state.subscriber = subscriber
            subscriber.start()
            return subscriber
        }
        if await !subscriber.waitUntilSubscribed(limit: client.options.connectTimeout) {
            logger.warning("events of other processes are lost until Redis is there")
        }
        return AsyncStream { await self.next() }
    }

    /// Puts what comes into the queue, but what this process has sent itself.
    private func receiver() -> @Sendable (String, [UInt8]) -> Void {
        let (own, request, queue) = (Broadcast.head(of: uid), channels.request, queue)
        let maximum = client.options.maximumEventBytes
        let tooLong = tooLong
        return { channel, payload in
            guard !payload.starts(with: own) else { return }
            guard payload.count <= maximum else {
                tooLong.warn(["channel": "\(channel.printable)", "bytes": "\(payload.count)"])
                return
            }
            queue.append(BusMessage(kind: channel == request ? .request : .broadcast, payload: payload))
        }
    }

    private func next() async -> RoomCommand? {
        while let message = await queue.next() {
            let dropped = queue.takeDropped()
            if dropped > 0 {
                tooMany.warn(["lost": "\(dropped)"])
                lost.continuation.yield()
            }
            do {
                if let command = try command(in: message) { return command }
            } catch {
                let channel = message.kind == .request ? channels.request : channels.broadcastPattern
                unreadable.warn([
                    "channel": "\(channel)", "bytes": "\(message.payload.count)",
                    "reason": "\(Self.reason(error))",
                ])
            }
        }
        return nil
    }

    private static func reason(_ error: any Error) -> String {
        (error as? MessagePackError)?.description ?? "it is no JSON of a request"
    }

    private func command(in message: BusMessage) throws -> RoomCommand? {
        switch message.kind {
        case .broadcast:
            return try Broadcast.decode(message.payload).map { .emit($0) }
        case .request:
            switch try PeerRequest(message.payload, ownID: uid) {
            case .command(let command): return command
            case let request?: return responder.take(request)
            case nil: return nil
            }
        }
    }

    func losses() -> AsyncStream<Void> { lost.stream }

    func answer(from sockets: (any LocalSockets)?) { responder.setSockets(sockets) }

    func close() async {
        let subscriber = state.withLock { state in
            state.isClosed = true
            return state.subscriber
        }
        await subscriber?.close()
        queue.finish()
        lost.continuation.finish()
    }
}
