import EngineIO
import NIOCore
import SocketTestKit

/// What a session told its application.
enum Record: Equatable, Sendable {
    case opened
    case text(String)
    case binary([UInt8])
    case closed(EngineIOCloseReason)
}

/// An application that writes down what it is told.
final class RecordingHandler: EngineIOSessionHandler {
    let records: Mailbox<Record>

    init(records: Mailbox<Record>) {
        self.records = records
    }

    func sessionOpened() { records.put(.opened) }

    func messageReceived(_ message: EngineIOMessage) {
        switch message {
        case .text(let text): records.put(.text(String(buffer: text)))
        case .binary(let bytes): records.put(.binary(Array(bytes.readableBytesView)))
        }
    }

    func sessionClosed(reason: EngineIOCloseReason) { records.put(.closed(reason)) }
}
