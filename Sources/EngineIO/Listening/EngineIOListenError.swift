import Foundation
import NIOCore

/// Why a server can't listen.
public struct EngineIOListenError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Reason: Sendable, Equatable {
        /// Another socket listens there.
        case addressInUse
        /// This user may not listen there: ports below 1024 are often reserved.
        case permissionDenied
        /// The address is not this machine's.
        case addressNotAvailable
        /// The host's name has no address, or the port is no port.
        case unknownHost
        /// The server was shut down.
        case shutDown
        /// Anything else; see ``EngineIOListenError/underlying``.
        case other
    }

    public let reason: Reason
    /// Where it was to listen.
    public let host: String
    /// Where it was to listen.
    public let port: Int
    /// What the system said, if it was asked.
    public let underlying: (any Error)?

    init(_ reason: Reason, host: String, port: Int, underlying: (any Error)? = nil) {
        self.reason = reason
        self.host = host
        self.port = port
        self.underlying = underlying
    }

    init(_ error: any Error, host: String, port: Int) {
        let reason: Reason =
            switch error {
            case is SocketAddressError, is SocketAddressError.UnknownHost: .unknownHost
            case let error as IOError:
                switch error.errnoCode {
                case EADDRINUSE: .addressInUse
                case EACCES, EPERM: .permissionDenied
                case EADDRNOTAVAIL: .addressNotAvailable
                default: .other
                }
            default: .other
            }
        self.init(reason, host: host, port: port, underlying: error)
    }

    /// One sentence for a person.
    public var description: String {
        let place = "\(host) port \(port)"
        return switch reason {
        case .addressInUse: "\(place) is in use."
        case .permissionDenied: "This user may not listen at \(place)."
        case .addressNotAvailable: "\(place): the address is not this machine's."
        case .unknownHost: "\(place) is no address."
        case .shutDown: "The server was shut down."
        case .other: "\(place) can't be listened at\(underlying.map { ": \($0)" } ?? "")."
        }
    }
}
