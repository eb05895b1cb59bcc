import NIOCore

/// Frames that leave together. Most often there is one, which takes no array.
struct FrameBatch: Sendable {
    /// As many as are worth keeping together.
    static let capacity = 64

    private(set) var first: ByteBuffer?
    private(set) var rest: [ByteBuffer] = []

    var isEmpty: Bool { first == nil }
    var isFull: Bool { rest.count + 1 >= Self.capacity }

    mutating func append(_ frames: ByteBuffer) {
        if first == nil {
            first = frames
        } else {
            rest.append(frames)
        }
    }

    /// Everything; nothing is left, and no memory held.
    mutating func take() -> FrameBatch {
        defer { self = FrameBatch() }
        return self
    }
}
