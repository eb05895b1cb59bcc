/// What a session does about an event: the rules of the protocol without any I/O.
///
/// Methods are named after what happened and return what is to be done.
struct SessionState: Equatable {
    private enum Phase: Equatable {
        /// A request-based session, perhaps with a websocket that wants to take over.
        case polling(Upgrade)
        case websocket
        /// Closed for the application; the polling client still has to be told, with its next GET.
        case saysGoodbye
        case closed
    }

    private enum Upgrade: Equatable {
        case none
        /// A websocket is connected and has not probed yet.
        case connected
        /// The probe was answered. Polls are answered at once, so that the client can let go of polling.
        case probed
    }

    private var phase: Phase
    private var hasPoll = false
    private var hasPost = false

    init(transport: EngineIOTransport) {
        phase = transport == .polling ? .polling(.none) : .websocket
    }

    var isOpen: Bool {
        switch phase {
        case .polling, .websocket: true
        case .saysGoodbye, .closed: false
        }
    }

    var transport: EngineIOTransport {
        phase == .websocket ? .websocket : .polling
    }

    // MARK: Polling

    enum PollAction: Equatable {
        case park
        /// Answer with what waits.
        case answer
        case answerNoop
        /// Answer with what fits of what waits, and wait for the next poll to say goodbye, or more.
        case answerBeforeGoodbye
        /// Answer with what waits and the close packet, then forget the session.
        case answerGoodbye
        case refuse(EngineIOProblem)
        /// Refuse it and close the session as a transport error.
        case refuseAndClose
    }

    /// - Parameter endsInOne: whether all that waits and the close packet fit into one answer.
    mutating func pollReceived(hasOutgoing: Bool, endsInOne: Bool = true) -> PollAction {
        switch phase {
        case .polling(let upgrade):
            guard !hasPoll else { return .refuseAndClose }
            if hasOutgoing { return .answer }
            if upgrade == .probed { return .answerNoop }
            hasPoll = true
            return .park
        case .saysGoodbye:
            guard endsInOne else { return .answerBeforeGoodbye }
            phase = .closed
            return .answerGoodbye
        case .websocket: return .refuse(.badRequest)
        case .closed: return .refuse(.unknownSession)
        }
    }

    /// Something waits to be sent. Whether a parked poll is to be answered with it.
    mutating func outgoingReady() -> Bool {
        guard case .polling = phase, hasPoll else { return false }
        hasPoll = false
        return true
    }

    /// The client of the parked poll went away. Whether the session is to be closed as a transport error.
    mutating func pollAbandoned() -> Bool {
        hasPoll = false
        return isOpen
    }

    enum PostAction: Equatable {
        case take
        case refuse(EngineIOProblem)
        case refuseAndClose
    }

    mutating func postReceived() -> PostAction {
        switch phase {
        case .polling:
            guard !hasPost else { return .refuseAndClose }
            hasPost = true
            return .take
        case .websocket: return .refuse(.badRequest)
        case .saysGoodbye, .closed: return .refuse(.unknownSession)
        }
    }

    mutating func postAnswered() {
        hasPost = false
    }

    // MARK: Upgrade

    /// Whether a websocket may try to take over.
    var acceptsUpgrade: Bool { phase == .polling(.none) }

    mutating func upgradeConnected() -> Bool {
        guard acceptsUpgrade else { return false }
        phase = .polling(.connected)
        return true
    }

    enum ProbeAction: Equatable {
        /// Answer the probe; end a parked poll with a noop if there is one.
        case answer(endPoll: Bool)
        case reject
    }

    mutating func probeReceived() -> ProbeAction {
        guard phase == .polling(.connected) else { return .reject }
        phase = .polling(.probed)
        defer { hasPoll = false }
        return .answer(endPoll: hasPoll)
    }

    enum UpgradeAction: Equatable {
        /// From here on everything travels over the websocket; end a parked poll with a noop if there is one.
        case switchTransport(endPoll: Bool)
        case reject
    }

    mutating func upgradeReceived() -> UpgradeAction {
        guard phase == .polling(.probed) else { return .reject }
        phase = .websocket
        defer { hasPoll = false }
        return .switchTransport(endPoll: hasPoll)
    }

    /// The websocket that wanted to take over is gone; polling goes on.
    mutating func upgradeAbandoned() {
        if case .polling = phase { phase = .polling(.none) }
    }

    // MARK: Packets

    enum PacketAction: Equatable {
        case deliver(EngineIOMessage)
        /// The ping was answered.
        case heartbeat
        case close(EngineIOCloseReason)
        case ignore
    }

    func packetReceived(_ packet: EngineIOPacket) -> PacketAction {
        guard isOpen else { return .ignore }
        switch packet {
        case .message(let message): return .deliver(message)
        case .pong: return .heartbeat
        case .close: return .close(.transportClose)
        case .noop, .upgrade: return .ignore
        // In protocol 4 the server pings; and only a server opens.
        case .ping: return .close(.transportError)
        case .open: return .close(.parseError)
        }
    }

    // MARK: Closing

    enum CloseAction: Equatable {
        /// Already closed.
        case none
        case closeWebSocket
        /// Answer the parked poll with what waits and the close packet, then forget the session.
        case answerGoodbye
        /// Answer the parked poll with what fits of what waits, and keep the session as for `awaitPoll`.
        case answerBeforeGoodbye
        /// Keep the session until its client polls or the time is over.
        case awaitPoll
    }

    /// - Parameter endsInOne: whether all that waits and the close packet fit into one answer.
    mutating func closeRequested(endsInOne: Bool = true) -> CloseAction {
        switch phase {
        case .saysGoodbye, .closed: return .none
        case .websocket:
            phase = .closed
            return .closeWebSocket
        case .polling:
            phase = hasPoll && endsInOne ? .closed : .saysGoodbye
            defer { hasPoll = false }
            guard hasPoll else { return .awaitPoll }
            return endsInOne ? .answerGoodbye : .answerBeforeGoodbye
        }
    }

    /// The transport is gone, or waiting for the last poll was in vain. Whether the session was open.
    mutating func transportLost() -> Bool {
        defer { phase = .closed }
        return isOpen
    }
}
