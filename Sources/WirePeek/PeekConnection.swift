import Foundation

/// One connection that asks a question and listens to the first words of the answer.
struct PeekConnection {
    /// More than any first words need; a server that goes on is not listened to.
    private static let maximumAnswer = 4096

    let descriptor: Int32
    private(set) var isOver = false
    private var unsent: [UInt8]
    private var answer: [UInt8] = []

    /// Nil when no connection can be begun.
    init?(to address: PeekAddress, question: [UInt8]) {
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        unsent = question
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        guard address.connect(descriptor) else {
            close()
            return nil
        }
    }

    /// What poll(2) is to wait for.
    var events: Int16 { Int16(unsent.isEmpty ? POLLIN : POLLIN | POLLOUT) }

    var spoken: SpokenProtocol? { SpokenProtocol(firstWords: answer) }

    /// Does what the socket is ready for.
    mutating func proceed() {
        if !unsent.isEmpty {
            let count = send(descriptor, unsent, unsent.count, Int32(MSG_NOSIGNAL))
            if count > 0 { unsent.removeFirst(count) } else if errno != EAGAIN { isOver = true }
        }
        var buffer = [UInt8](repeating: 0, count: Self.maximumAnswer)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            answer += buffer.prefix(count)
            // Of a web server's answer more is wanted than its beginning.
            isOver = answer.count >= Self.maximumAnswer || (spoken != nil && spoken != .http)
        } else if count == 0 || errno != EAGAIN {
            isOver = true
        }
    }

    func close() { _ = Foundation.close(descriptor) }
}
