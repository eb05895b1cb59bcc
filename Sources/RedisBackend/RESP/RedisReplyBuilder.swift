import CHiredis

/// Puts a reply together from hiredis' callbacks, which come in the order of the bytes, a container before its contents.
///
/// hiredis only wants to know whether an object could be made; that a pointer is not null is all it looks at.
final class RedisReplyBuilder {
    private struct Container {
        var values: [RedisValue] = []
        var missing: Int
    }

    /// What one reply may hold, in bytes and containers' places.
    private let maximumSize: Int
    private var open: [Container] = []
    /// What the reply under construction holds so far.
    private(set) var size = 0
    private var finished: RedisValue?

    init(maximumSize: Int) {
        self.maximumSize = maximumSize
    }

    func take() -> RedisValue? {
        defer {
            finished = nil
            size = 0
        }
        return finished
    }

    private static let sizePerValue = 16

    func add(_ value: RedisValue, size: Int = 0) -> Bool {
        self.size += size + Self.sizePerValue
        guard self.size <= maximumSize else { return false }
        close(value)
        return true
    }

    func addText(_ type: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let value: RedisValue =
            switch type {
            case REDIS_REPLY_ERROR: .error(RedisRefusal.withoutArguments(String(decoding: bytes, as: UTF8.self)))
            case REDIS_REPLY_STATUS: .status(String(decoding: bytes, as: UTF8.self))
            default: .bytes(Array(bytes))
            }
        return add(value, size: bytes.count)
    }

    func addArray(count: Int) -> Bool {
        guard count > 0 else { return add(.array([])) }
        guard count <= (maximumSize - size) / Self.sizePerValue else { return false }
        var container = Container(missing: count)
        container.values.reserveCapacity(min(count, 1_024))
        open.append(container)
        return true
    }

    private func close(_ value: RedisValue) {
        var value = value
        while var container = open.popLast() {
            container.values.append(value)
            container.missing -= 1
            guard container.missing == 0 else {
                open.append(container)
                return
            }
            value = .array(container.values)
        }
        finished = value
    }
}
