import NIOCore

/// Frames that leave together. Most often there is one, which takes no array.
struct FrameBatch: Sendable {
    /// As many as are worth keeping together.
    static let capacity = 64

    struct Write: Sendable {
        let frames: ByteBuffer
        /// Of no use when late.
        let isVolatile: Bool
    }

    private(set) var first: Write?
    private(set) var rest: [Write] = []

    var isEmpty: Bool { first == nil }
    var isFull: Bool { rest.count + 1 >= Self.capacity }

    var count: Int { first == nil ? 0 : rest.count + 1 }
    var byteCount: Int { rest.reduce(first?.frames.readableBytes ?? 0) { $0 + $1.frames.readableBytes } }

    mutating func append(_ write: Write) {
        if first == nil {
            first = write
        } else {
            rest.append(write)
        }
    }

    /// Everything; nothing is left, and no memory held.
    mutating func take() -> FrameBatch {
        defer { self = FrameBatch() }
        return self
    }
}
