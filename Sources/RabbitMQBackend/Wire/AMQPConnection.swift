import CRabbitMQ
import Foundation

/// A connection to the broker with one channel, made ready by its initialiser.
///
/// It belongs to the thread that made it. Reading never waits for the rest of a frame longer than told. Sending may wait
/// for room in the socket, but only until the heartbeats are found missing or ``SocketHandle/shutDown()`` is called; ask
/// ``isWritable`` first.
final class AMQPConnection {
    /// The largest frame, in bytes; bodies longer than that come in several.
    static let frameMaximum: Int32 = 131_072

    let state: amqp_connection_state_t
    let heartbeat: Duration
    /// The channel in use; channels are numbered from 1 and not used again.
    private(set) var channel: amqp_channel_t = 0
    /// The broker takes no messages on this connection for now.
    private(set) var isBlocked = false
    private let socket: SocketHandle
    private var assembler: ContentAssembler
    private var isOpen = false

    /// Connects, logs in and opens a channel.
    /// - Parameter socket: Told of the connection's socket, so that another thread can break it off.
    init(to endpoint: BrokerEndpoint, options: RabbitMQOptions, socket: SocketHandle) throws {
        guard let state = amqp_new_connection() else { throw AMQPFailure.library(AMQP_STATUS_NO_MEMORY.rawValue) }
        self.state = state
        self.socket = socket
        heartbeat = endpoint.heartbeat ?? options.heartbeat
        assembler = ContentAssembler(maximumBody: options.maximumBody)
        let timeout = endpoint.connectTimeout ?? options.connectTimeout
        let deadline = ContinuousClock.now + timeout
        do {
            do {
                try openSocket(to: endpoint, timeout: timeout)
                socket.attach(amqp_get_sockfd(state))
                try logIn(to: endpoint, until: deadline, options: options)
            } catch let failure as AMQPFailure {
                throw failure.explained(at: endpoint)
            }
            isOpen = true
            try openChannel(until: max(deadline, .now + .milliseconds(500)))
        } catch {
            close()
            throw error
        }
    }

    deinit {
        socket.detach()
        amqp_destroy_connection(state)
    }

    /// Whether something can be sent without waiting.
    var isWritable: Bool {
        var entry = pollfd(fd: amqp_get_sockfd(state), events: Int16(POLLOUT), revents: 0)
        // A socket in trouble counts too: sending tells what the trouble is.
        return poll(&entry, 1, 0) != 0
    }

    var descriptor: Int32 { amqp_get_sockfd(state) }

    /// Whether frames have been read that ``nextEvent(within:)`` has not given yet.
    var hasBufferedInput: Bool { amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 }

    /// What the broker says next; nil when nothing came in time. Feeds the heartbeats, too.
    func nextEvent(within limit: Duration = .zero) throws -> AMQPEvent? {
        let deadline = ContinuousClock.now + limit
        while true {
            var frame = amqp_frame_t()
            var timeout = timeval(max(.zero, deadline - .now))
            let status = amqp_simple_wait_frame_noblock(state, &frame, &timeout)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try check(status)
            // All is copied out of the frame, so its memory can be used again.
            defer { amqp_maybe_release_buffers_on_channel(state, frame.channel) }
            if let event = try event(of: frame) { return event }
        }
    }

    /// Waits for an event of some kind; others are dropped.
    func wait<Answer>(until deadline: ContinuousClock.Instant, for answer: (AMQPEvent) -> Answer?) throws -> Answer {
        while true {
            guard let event = try nextEvent(within: deadline - .now) else { throw AMQPFailure.timedOut }
            if let found = answer(event) { return found }
        }
    }

    /// Opens the next channel, after the one in use was closed.
    func openChannel(until deadline: ContinuousClock.Instant) throws {
        channel += 1
        assembler = ContentAssembler(maximumBody: assembler.maximumBody)
        var method = amqp_channel_open_t()
        try send(amqp_method_number_t(AMQP_CHANNEL_OPEN_METHOD), &method)
        try wait(until: deadline) { if case .done = $0 { () } else { nil } }
    }

    /// Ends the channel in use; the broker takes back what was delivered on it and not settled.
    func closeChannel(until deadline: ContinuousClock.Instant) throws {
        var method = amqp_channel_close_t()
        method.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        try send(amqp_method_number_t(AMQP_CHANNEL_CLOSE_METHOD), &method)
        try wait(until: deadline) { if case .done = $0 { () } else { nil } }
    }

    /// Takes leave of the broker, waiting for its answer for a moment.
    func close(within limit: Duration = .milliseconds(500)) {
        guard isOpen else { return }
        isOpen = false
        var timeout = timeval(limit)
        guard isWritable, amqp_set_rpc_timeout(state, &timeout) == AMQP_STATUS_OK.rawValue else { return }
        _ = amqp_connection_close(state, Int32(AMQP_REPLY_SUCCESS))
    }

    /// - Throws: what a status of the library other than success means.
    func check(_ status: Int32) throws {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        // What the library reports leaves no connection that could be used.
        isOpen = false
        throw AMQPFailure.library(status)
    }

    private func event(of frame: amqp_frame_t) throws -> AMQPEvent? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try event(of: frame.payload.method, on: frame.channel)
        case AMQP_FRAME_HEADER where frame.channel == channel:
            guard let decoded = frame.payload.properties.decoded,
                frame.payload.properties.class_id == UInt16(AMQP_BASIC_CLASS)
            else { throw AMQPFailure.protocolError("a content header") }
            let properties = MessageProperties(decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee)
            return try assembler.header(properties, bodySize: frame.payload.properties.body_size).map { .message($0) }
        case AMQP_FRAME_BODY where frame.channel == channel:
            return try assembler.body(UnsafeRawBufferPointer(frame.payload.body_fragment)).map { .message($0) }
        default:
            return nil
        }
    }

    private func event(of method: amqp_method_t, on number: amqp_channel_t) throws -> AMQPEvent? {
        guard let decoded = method.decoded else { throw AMQPFailure.protocolError("a method without its fields") }
        if number == 0 { return try connectionEvent(method.id, decoded) }
        guard number == channel else { return nil }
        guard !assembler.isAssembling || method.id == amqp_method_number_t(AMQP_CHANNEL_CLOSE_METHOD) else {
            throw AMQPFailure.protocolError("a method inside a message")
        }
        if method.id == amqp_method_number_t(AMQP_CHANNEL_CLOSE_METHOD) {
            let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            let failure = AMQPFailure.closed(
                code: close.reply_code, text: String(close.reply_text), isChannel: true)
            var answer = amqp_channel_close_ok_t()
            try send(amqp_method_number_t(AMQP_CHANNEL_CLOSE_OK_METHOD), &answer)
            throw failure
        }
        if let origin = ContentMethod.origin(method.id, decoded) {
            assembler.begin(origin)
            return nil
        }
        return try answer(to: method.id, decoded)
    }

    /// Methods about the whole connection.
    private func connectionEvent(_ id: amqp_method_number_t, _ decoded: UnsafeMutableRawPointer) throws -> AMQPEvent? {
        switch id {
        case amqp_method_number_t(AMQP_CONNECTION_CLOSE_METHOD):
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            isOpen = false
            var answer = amqp_connection_close_ok_t()
            _ = amqp_send_method(state, 0, amqp_method_number_t(AMQP_CONNECTION_CLOSE_OK_METHOD), &answer)
            throw AMQPFailure.closed(code: close.reply_code, text: String(close.reply_text), isChannel: false)
        case amqp_method_number_t(AMQP_CONNECTION_BLOCKED_METHOD): isBlocked = true
        case amqp_method_number_t(AMQP_CONNECTION_UNBLOCKED_METHOD): isBlocked = false
        default: return nil
        }
        return .blocked(isBlocked)
    }
}
