import CRabbitMQ
import Foundation
import MsgKit

extension AMQPConnection {
    /// What this program understands beyond the protocol of 2008; the library adds its own.
    private static let capabilities: [String: HeaderValue] = [
        "consumer_cancel_notify": .bool(true), "connection.blocked": .bool(true),
        "authentication_failure_close": .bool(true),
    ]

    func openSocket(to endpoint: BrokerEndpoint, timeout: Duration) throws {
        let socket = endpoint.tls == nil ? amqp_tcp_socket_new(state) : amqp_ssl_socket_new(state)
        guard let socket else { throw AMQPFailure.library(AMQP_STATUS_NO_MEMORY.rawValue) }
        if let tls = endpoint.tls { try prepare(socket, for: tls) }
        var limit = timeval(timeout)
        let status = amqp_socket_open_noblock(socket, endpoint.host, Int32(endpoint.port), &limit)
        // The library keeps the system's reason to itself.
        if status == AMQP_STATUS_SOCKET_ERROR.rawValue { throw AMQPFailure.unreachable }
        try check(status)
    }

    func logIn(
        to endpoint: BrokerEndpoint, until deadline: ContinuousClock.Instant, options: RabbitMQOptions
    ) throws {
        var limit = timeval(max(.milliseconds(500), deadline - .now))
        try check(amqp_set_handshake_timeout(state, &limit))
        let arena = AMQPArena()
        var properties = arena.table([
            "product": .text("msgctl"), "connection_name": .text(options.connectionName),
            "capabilities": .table(Self.capabilities),
        ])
        let seconds = Int32(clamping: max(1, heartbeat.components.seconds))
        let reply = withExtendedLifetime(arena) {
            switch endpoint.credentials {
            case .password(let user, let password):
                msgctl_amqp_login_plain(
                    state, endpoint.virtualHost, Self.frameMaximum, seconds, &properties, user, password.reveal())
            case .certificate:
                msgctl_amqp_login_external(
                    state, endpoint.virtualHost, Self.frameMaximum, seconds, &properties, "")
            }
        }
        try check(reply)
    }

    private func check(_ reply: amqp_rpc_reply_t) throws {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            guard let decoded = reply.reply.decoded,
                reply.reply.id == amqp_method_number_t(AMQP_CONNECTION_CLOSE_METHOD)
            else { throw AMQPFailure.protocolError("the answer to the log-in") }
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            throw AMQPFailure.closed(code: close.reply_code, text: String(close.reply_text), isChannel: false)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: throw AMQPFailure.library(reply.library_error)
        default: throw AMQPFailure.library(AMQP_STATUS_SOCKET_CLOSED.rawValue)
        }
    }

    private func prepare(_ socket: OpaquePointer, for tls: BrokerTLS) throws {
        try check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST))
        amqp_ssl_socket_set_verify_peer(socket, tls.verifiesPeer ? 1 : 0)
        amqp_ssl_socket_set_verify_hostname(socket, tls.verifiesPeer ? 1 : 0)
        if let file = tls.authorities {
            try check(amqp_ssl_socket_set_cacert(socket, file))
        } else if msgctl_amqp_trust_system_authorities(socket) != 1 {
            throw AMQPFailure.library(AMQP_STATUS_SSL_ERROR.rawValue)
        }
        if let certificate = tls.certificate, let key = tls.key {
            try check(amqp_ssl_socket_set_key(socket, certificate, key))
        }
    }
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(clamping: seconds), tv_usec: Int(clamping: attoseconds / 1_000_000_000_000))
    }
}
