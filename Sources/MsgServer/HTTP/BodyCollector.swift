import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
import NIOCore

/// Takes a response's body together.
final class BodyCollector: ResponseBodyWriter {
    let bytes = NIOLockedValueBox(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws {
        bytes.withLockedValue { bytes in
            if bytes.readableBytes == 0 {
                bytes = buffer
            } else {
                bytes.writeImmutableBuffer(buffer)
            }
        }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
