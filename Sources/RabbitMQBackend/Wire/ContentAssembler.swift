import CRabbitMQ
import Foundation

/// Puts the frames of a message together: a method that announces it, a header, the parts of the body.
struct ContentAssembler {
    /// Bytes of a body that are kept; the rest of a longer one is read and dropped.
    let maximumBody: Int
    private var message: IncomingMessage?
    private var received: UInt64 = 0
    private var hasHeader = false

    init(maximumBody: Int) {
        self.maximumBody = maximumBody
    }

    var isAssembling: Bool { message != nil }

    mutating func begin(_ origin: IncomingMessage.Origin) {
        message = IncomingMessage(origin: origin)
        received = 0
        hasHeader = false
    }

    /// The message when the header completes it, as it has no body.
    mutating func header(_ properties: MessageProperties, bodySize: UInt64) throws -> IncomingMessage? {
        guard message != nil, !hasHeader else { throw AMQPFailure.protocolError("a content header") }
        hasHeader = true
        message?.properties = properties
        message?.bodySize = bodySize
        return complete()
    }

    /// The message when this part completes it.
    mutating func body(_ part: UnsafeRawBufferPointer) throws -> IncomingMessage? {
        guard message != nil, hasHeader else { throw AMQPFailure.protocolError("a part of a body") }
        let room = maximumBody - (message?.body.count ?? 0)
        message?.body.append(contentsOf: part.prefix(max(0, room)))
        received &+= UInt64(part.count)
        return complete()
    }

    private mutating func complete() -> IncomingMessage? {
        guard let message, received >= message.bodySize else { return nil }
        self.message = nil
        return message
    }
}
