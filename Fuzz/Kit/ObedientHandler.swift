import EngineIO
import NIOCore

/// An application that writes down what it is told and does what messages say: `echo…`, `pause`, `close`.
final class ObedientHandler: EngineIOSessionHandler {
    private let session: EngineIOSession
    private let log: SessionLog

    init(session: EngineIOSession, log: SessionLog) {
        self.session = session
        self.log = log
    }

    func sessionOpened() { log.append(.opened) }

    func messageReceived(_ message: EngineIOMessage) {
        switch message {
        case .binary(let bytes): log.append(.binary(Array(bytes.readableBytesView)))
        case .text(let text):
            let string = String(buffer: text)
            log.append(.text(string))
            if string.hasPrefix("echo") { session.send(EngineIOOutgoing(text: text)) }
            if string == "close" { session.close() }
            if string == "pause" {
                session.pauseReading()
                session.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { self.session.resumeReading() }
            }
        }
    }

    func sessionClosed(reason: EngineIOCloseReason) { log.append(.closed(reason)) }
}
