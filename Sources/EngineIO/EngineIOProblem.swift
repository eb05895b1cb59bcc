import HTTPTypes
import NIOCore

/// Why an HTTP request is refused, with the code and text that clients of the reference know.
enum EngineIOProblem: Error, Equatable {
    case unknownTransport
    case unknownSession
    case badHandshakeMethod
    case badRequest
    /// The page that sent it may not.
    case forbidden
    /// The application says so.
    case refused(message: String)
    case unsupportedProtocol
    /// The body is over ``EngineIOConfiguration/maxPayload``.
    case payloadTooLarge
    /// The server stops, or has as many sessions as it may.
    case unavailable

    var status: HTTPResponse.Status {
        switch self {
        case .forbidden, .refused: .forbidden
        case .payloadTooLarge: .contentTooLarge
        case .unavailable: .serviceUnavailable
        default: .badRequest
        }
    }

    var body: ByteBuffer {
        let (code, message) = codeAndMessage
        var body = ByteBuffer(string: #"{"code":\#(code),"message":"#)
        body.writeJSONString(message)
        body.writeString("}")
        return body
    }

    var codeAndMessage: (code: Int, message: String) {
        switch self {
        case .unknownTransport: (0, "Transport unknown")
        case .unknownSession: (1, "Session ID unknown")
        case .badHandshakeMethod: (2, "Bad handshake method")
        case .badRequest: (3, "Bad request")
        case .forbidden: (4, "Forbidden")
        case .refused(let message): (4, message)
        case .unsupportedProtocol: (5, "Unsupported protocol version")
        case .payloadTooLarge: (3, "Payload too large")
        case .unavailable: (3, "Service unavailable")
        }
    }
}
