import MsgKit
import NIOCore

/// The body of a request that was longer than allowed: who reads it is told so.
struct OversizedBody: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        mutating func next() async throws -> ByteBuffer? {
            throw MsgError(.payloadTooLarge, "The body is too large.")
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
