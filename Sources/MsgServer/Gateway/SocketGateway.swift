import Foundation
import Logging
import MsgKit
import NIOCore
import SocketIO

/// The Socket.IO side of the contract: lets sockets in and does what their events ask.
public final class SocketGateway: Sendable {
    private let namespace: Namespace
    private let authenticator: SocketAuthenticator
    private let conversations: ConversationService
    private let messages: MessageService
    private let limits: RateLimits
    private let presence: PresenceTracker
    private let typing: TypingTracker
    private let expiry: TokenExpiryMonitor
    private let metrics: SocketMetrics
    private let logger: Logger

    public init(
        server: SocketIOServer, accounts: AccountService, conversations: ConversationService, messages: MessageService,
        limits: RateLimits, presence: PresenceTracker, realtime: RealtimePublisher, typingTimeout: Duration,
        clock: any WallClock, metrics: SocketMetrics = SocketMetrics(), logger: Logger
    ) {
        namespace = server.of("/")
        authenticator = SocketAuthenticator(accounts: accounts, conversations: conversations, logger: logger)
        self.conversations = conversations
        self.messages = messages
        self.limits = limits
        self.presence = presence
        typing = TypingTracker(timeout: typingTimeout, realtime: realtime, clock: clock)
        expiry = TokenExpiryMonitor(namespace: namespace, clock: clock)
        self.metrics = metrics
        self.logger = logger
    }

    /// Puts the handlers of all events in place. Call once, before the first connection.
    public func install() {
        namespace.use { socket in
            try await RequestID.$current.withValue(.next()) { try await self.authenticator.admit(socket) }
        }
        namespace.onConnection { socket in await RequestID.$current.withValue(.next()) { await self.connected(socket) }
        }
        namespace.onDisconnect { socket, reason in
            self.metrics.closed(reason)
            await RequestID.$current.withValue(.next()) { await self.disconnected(socket) }
        }
        on(.joinRoom) { _, principal, event in
            _ = try await self.conversations.conversation(try Self.conversationID(event), for: principal)
            return Acknowledgement()
        }
        on(.leaveRoom) { _, principal, event in
            // Rooms follow membership: there is nothing to leave, and a conversation is left through the API.
            _ = try await self.conversations.conversation(try Self.conversationID(event), for: principal)
            return Acknowledgement()
        }
        on(.sendMessage) { socket, principal, event in
            var payload = try Self.payload(event)
            let draft = try MessageDraft(&payload)
            try await self.limits.take(.message(by: principal.id))
            let insertion = try await self.messages.send(draft, from: principal, socket: socket.id)
            return Acknowledgement(message: MessageReceived(insertion))
        }
        on(.typingStart) { socket, principal, event in
            let id = try Self.conversationID(event)
            _ = try await self.conversations.conversation(id, for: principal)
            try await self.typing.start(principal.user, in: id, socket: socket.id)
            return Acknowledgement()
        }
        on(.typingStop) { socket, principal, event in
            let id = try Self.conversationID(event)
            _ = try await self.conversations.conversation(id, for: principal)
            await self.typing.stop(principal.user, in: id, socket: socket.id)
            return Acknowledgement()
        }
        on(.messageRead) { _, principal, event in
            var payload = try Self.payload(event)
            let id = payload.requiredIdentifier("messageId", of: Message.self)
            try payload.finish()
            guard let id else { throw MsgError.invalid(payload.errors) }
            try await self.messages.markRead(id, by: principal)
            return Acknowledgement()
        }
        on(.getOnlineUsers) { socket, _, _ in
            let online = try await self.presence.online()
            try socket.emit(OnlineUsersList.name, OnlineUsersList(online))
            return OnlineUsersList(online)
        }
        on(.authRefresh) { socket, principal, event in try await self.refresh(socket, principal, event) }
        namespace.onUnhandled { socket, event in
            let start = ContinuousClock.now
            await RequestID.$current.withValue(.next()) {
                await self.fail(socket, event, MsgError(.notFound, "There is no event of this name."))
            }
            self.metrics.handled(event.name, since: start)
        }
    }

    private func connected(_ socket: Socket) async {
        guard let identity = socket.data(as: SocketIdentity.self) else { return }
        if socket.isRecovered { metrics.cameBack(.recovered) }
        await presence.opened(identity.principal.user)
        await expiry.watch(socket.id, until: identity.expiresAt)
    }

    private func disconnected(_ socket: Socket) async {
        guard let identity = socket.data(as: SocketIdentity.self) else { return }
        await expiry.forget(socket.id)
        await typing.stopAll(identity.principal.user, socket: socket.id)
        await presence.closed(identity.principal.id)
    }

    /// Handles an event: what the body returns is acknowledged; what it throws is told the client, in the
    /// acknowledgement when it asked for one, else as an `error` event.
    private func on(
        _ kind: ClientEvent,
        _ body: @escaping @Sendable (Socket, Principal, SocketEvent) async throws -> any JSONWritable
    ) {
        namespace.on(kind.rawValue) { socket, event in
            let start = ContinuousClock.now
            await RequestID.$current.withValue(.next()) {
                do {
                    guard let identity = socket.data(as: SocketIdentity.self) else {
                        throw MsgError(.authenticationRequired, "The socket is not signed in.")
                    }
                    let answer = try await body(socket, identity.principal, event)
                    if event.wantsAck { _ = event.ack(json: ByteBuffer(string: try answer.json())) }
                } catch {
                    await self.fail(socket, event, MsgError(wrapping: error))
                }
                self.metrics.handled(kind.rawValue, since: start)
                self.logger.debug(
                    "an event is handled", metadata: ["event": "\(kind.rawValue)", "socket": "\(socket.id)"])
            }
        }
    }

    private func fail(_ socket: Socket, _ event: SocketEvent, _ error: MsgError) async {
        metrics.failed(error.code)
        logger.log(
            level: error.code.logLevel, "an event failed",
            metadata: [
                "event": "\(event.name.prefix(64))", "code": "\(error.code.rawValue)",
                "error": "\(String(reflecting: error))",
            ])
        do {
            if event.wantsAck {
                _ = event.ack(json: ByteBuffer(string: try Refusal(error).json()))
            } else {
                try socket.emit(EventFailed.name, EventFailed(error))
            }
        } catch {
            logger.error("a socket could not be told of a failure", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// `auth_refresh`: another token of the same user keeps the socket open.
    private func refresh(
        _ socket: Socket, _ principal: Principal, _ event: SocketEvent
    ) async throws -> any JSONWritable {
        var payload = try Self.payload(event, wrapping: "token")
        let text = payload.requiredString("token")
        try payload.finish()
        let token = text.map { APIRequest.bearerToken($0) ?? $0 } ?? ""
        let identity = try await authenticator.identify(token)
        guard identity.principal.id == principal.id else {
            throw MsgError(.forbidden, "The token is another user's; connect anew to sign in as somebody else.")
        }
        let (old, new) = (Room.session(principal.session).rawValue, Room.session(identity.principal.session).rawValue)
        if old != new {
            await socket.join(new)
            do {
                // A log-out between the check and the join would have found no socket to close.
                _ = try await authenticator.identify(token)
            } catch {
                await socket.leave(new)
                throw error
            }
        }
        socket.setData(identity)
        if old != new { await socket.leave(old) }
        await expiry.watch(socket.id, until: identity.expiresAt)
        return Refreshed(expiresAt: identity.expiresAt)
    }

    /// The fields of an event's one argument; a plain string stands for an object with one field when `wrapping` names it.
    private static func payload(_ event: SocketEvent, wrapping field: String? = nil) throws -> FieldReader {
        guard event.arguments.count > 0 else { return FieldReader([:]) }
        if let strings = event.arguments.plainStrings() { return FieldReader(strings.mapValues { .string($0) }) }
        let value: JSONValue
        do {
            value = try event.decode(JSONValue.self)
        } catch {
            throw MsgError(.validationFailed, "The event's argument can't be read as JSON.", cause: error)
        }
        if let field, case .string = value { return FieldReader([field: value]) }
        return try FieldReader(object: value)
    }

    /// The conversation's id, plain or as `{conversationId}`.
    private static func conversationID(_ event: SocketEvent) throws -> Conversation.ID {
        var payload = try payload(event, wrapping: "conversationId")
        let id = payload.requiredIdentifier("conversationId", of: Conversation.self)
        try payload.finish()
        guard let id else { throw MsgError.invalid(payload.errors) }
        return id
    }

    private struct Acknowledgement: JSONWritable {
        var success = true
        var message: MessageReceived?

        func json() -> String {
            message.map { #"{"success":true,"message":\#($0.json())}"# } ?? #"{"success":true}"#
        }
    }

    private struct Refreshed: JSONWritable {
        var success = true
        var expiresAt: Date
    }

    private struct Refusal: JSONWritable {
        var success = false
        var error: String
        var code: ErrorCode
        /// In seconds.
        var retryAfter: Int64?
        var errors: [FieldError]?

        init(_ error: MsgError) {
            let error = error.forClients
            self.error = error.message
            code = error.code
            retryAfter = error.retryAfter?.wholeSecondsUp
            errors = error.fields.isEmpty ? nil : error.fields
        }
    }
}
