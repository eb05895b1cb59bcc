import NIOCore
import NIOWebSocket

/// Puts fragments together and checks what RFC 6455 demands of a client's frames. Pure: frames in, results out.
struct WebSocketMessageAssembler {
    enum Result: Equatable {
        /// A fragment was taken; more must come.
        case incomplete
        case message(EngineIOMessage)
        case ping(ByteBuffer)
        case pong
        /// The peer closes, with this code if it gave one.
        case close(WebSocketErrorCode?)
        /// The connection must be closed with this code.
        case violation(WebSocketErrorCode)
    }

    /// Bound on a whole message; the frame decoder bounds each frame before it is buffered.
    let maxLength: Int
    private var isText = false
    private var fragments: ByteBuffer?

    init(maxLength: Int) {
        self.maxLength = maxLength
    }

    mutating func frameReceived(_ frame: WebSocketFrame) -> Result {
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .violation(.protocolError) }
        switch frame.opcode {
        case .text, .binary:
            guard fragments == nil else { return .violation(.protocolError) }
            isText = frame.opcode == .text
            let data = frame.unmaskedData
            guard frame.fin else {
                fragments = data
                return checked(data.readableBytes) ?? .incomplete
            }
            return checked(data.readableBytes) ?? complete(data)
        case .continuation:
            guard var message = fragments else { return .violation(.protocolError) }
            fragments = nil
            if let violation = checked(message.readableBytes + frame.length) { return violation }
            message.writeImmutableBuffer(frame.unmaskedData)
            guard frame.fin else {
                fragments = message
                return .incomplete
            }
            return complete(message)
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return closeReceived(frame.unmaskedData)
        default: return .violation(.protocolError)
        }
    }

    private func checked(_ length: Int) -> Result? {
        length > maxLength ? .violation(.messageTooLarge) : nil
    }

    private func complete(_ data: ByteBuffer) -> Result {
        guard isText else { return .message(.binary(data)) }
        return data.isValidUTF8 ? .message(.text(data)) : .violation(.dataInconsistentWithMessage)
    }

    private func closeReceived(_ payload: ByteBuffer) -> Result {
        var payload = payload
        guard payload.readableBytes > 0 else { return .close(nil) }
        guard let number = payload.readInteger(as: UInt16.self), Self.mayBeSent(number), payload.isValidUTF8 else {
            return .violation(.protocolError)
        }
        return .close(WebSocketErrorCode(codeNumber: Int(number)))
    }

    /// Codes that RFC 6455 and its registry let an endpoint put into a close frame.
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
