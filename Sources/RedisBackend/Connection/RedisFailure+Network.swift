import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension RedisFailure {
    /// An error of the network or of TLS in words that a person knows.
    init(connection error: any Error) {
        switch error {
        case let failure as RedisFailure: self = failure
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                self.init(connection: first.error)
            } else {
                self = .unreachable("the name \(error.host) is not known")
            }
        case let error as IOError: self = .unreachable(Self.words(error.errnoCode))
        case ChannelError.connectTimeout: self = .connectTimeout
        case NIOSSLError.handshakeFailed(let error): self = .init(tls: error)
        case let error as BoringSSLError: self = .init(tls: error)
        case NIOSSLError.unableToValidateCertificate: self = .tlsRefused(Self.wrongHost)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .tlsRefused(Self.wrongHost)
        default: self = .connectionLost
        }
    }

    private static let wrongHost = "shows a certificate of another host; correct the host, or its certificate"

    /// TLS tells its reasons as words inside a text only.
    private init(tls error: BoringSSLError) {
        let text = String(describing: error)
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            self = .otherScheme(isTLS: false)
        } else if text.contains("CERTIFICATE_VERIFY_FAILED") {
            self = .tlsRefused(
                "shows a certificate of no authority that this machine trusts; correct the host, or add the "
                    + "certificate's authority to those")
        } else if text.contains("ALERT") {
            self = .tlsRefused("refuses the TLS connection, as when it wants a certificate of this program")
        } else {
            self = .connectionLost
        }
    }

    private static func words(_ code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "nothing listens there (connection refused)"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to the host"
        default: String(cString: strerror(code))
        }
    }
}
