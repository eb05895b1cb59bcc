import Foundation
import HummingbirdCore
import Logging
import MsgKit
import NIOCore

/// A port that is listened at from the start to the stop, and its connections until they have ended.
struct HTTPServing<Child: ServerChildChannel>: Sendable {
    let child: Child
    let host: String
    /// 0 takes any that is free.
    let port: Int
    /// How an operator chooses another host, and another port, for what can't be listened at.
    let ways: (host: String, port: String)
    /// How many there may be at a time; more wait to be accepted. It may be passed by what is accepted at once, a handful.
    let maximumConnections: Int
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    /// Called once with the address that it listens at.
    let onListening: @Sendable (SocketAddress) async -> Void

    /// Returns after a graceful shutdown, when the last connection has ended or the task is cancelled.
    /// - Throws: ``ErrorCode/conflict`` when it can't be listened at, ``ErrorCode/configuration`` when this user may not.
    func run() async throws {
        let server = Server(
            childChannelSetup: child,
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections, logger: logger)),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroup: eventLoopGroup, logger: logger)
        do {
            try await server.run()
        } catch let error as IOError {
            // A port may become free and an address come up, at boot for instance; a right does not come by itself.
            throw MsgError(error.errnoCode == EACCES ? .configuration : .conflict, reason(for: error), cause: error)
        } catch let error as SocketAddressError.UnknownHost {
            throw MsgError(.conflict, "The host \(host) is not known; choose another with \(ways.host).", cause: error)
        }
        await end(server)
    }

    /// Waits for the connections, which end with what they are answering, but no longer than there is time: the server itself
    /// does not heed that.
    private func end(_ server: Server<Child>) async {
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        Task {
            do {
                try await server.shutdownGracefully()
            } catch {
                logger.debug("the server's connections", metadata: ["error": "\(error)"])
            }
            end.finish()
        }
        for await _ in ended {}
        if Task.isCancelled { logger.notice("connections that have not ended in time are dropped") }
    }

    private func reason(for error: IOError) -> String {
        let address = "\(host) port \(port)"
        switch error.errnoCode {
        case EADDRINUSE:
            return "\(address) is in use by another process; choose another port with \(ways.port)."
        case EACCES:
            return "\(address) may not be used by this user; choose a port from 1024 up with \(ways.port)."
        case EADDRNOTAVAIL:
            return
                "\(address) can't be listened at: the address is not this machine's; choose another with \(ways.host)."
        default:
            return "\(address) can't be listened at: \(error)."
        }
    }
}
