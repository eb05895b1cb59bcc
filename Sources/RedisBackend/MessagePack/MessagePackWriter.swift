/// Writes MessagePack, every value in its shortest form.
struct MessagePackWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func writeNull() { bytes.append(0xc0) }

    mutating func write(_ value: Bool) { bytes.append(value ? 0xc3 : 0xc2) }

    mutating func write(_ value: Int64) {
        switch value {
        case 0...: write(unsigned: UInt64(value))
        case -32..<0: bytes.append(UInt8(truncatingIfNeeded: value))
        case -0x80 ..< -32: head(0xd0, UInt64(bitPattern: value), 1)
        case -0x8000 ..< -0x80: head(0xd1, UInt64(bitPattern: value), 2)
        case -0x8000_0000 ..< -0x8000: head(0xd2, UInt64(bitPattern: value), 4)
        default: head(0xd3, UInt64(bitPattern: value), 8)
        }
    }

    mutating func write(unsigned value: UInt64) {
        switch value {
        case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
        case 0x80..<0x100: head(0xcc, value, 1)
        case 0x100..<0x1_0000: head(0xcd, value, 2)
        case 0x1_0000..<0x1_0000_0000: head(0xce, value, 4)
        default: head(0xcf, value, 8)
        }
    }

    /// A number without a fraction is written as the integer that it is, like JavaScript's encoders do.
    mutating func write(_ value: Double) {
        if let integer = Int64(exactly: value), abs(value) <= 9_007_199_254_740_992 {
            write(integer)
        } else {
            head(0xcb, value.bitPattern, 8)
        }
    }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(utf8: $0) }
    }

    mutating func write(utf8 text: some Collection<UInt8>) {
        let count = text.count
        switch count {
        case 0..<32: bytes.append(0xa0 | UInt8(truncatingIfNeeded: count))
        case 32..<0x100: head(0xd9, UInt64(count), 1)
        case 0x100..<0x1_0000: head(0xda, UInt64(count), 2)
        default: head(0xdb, UInt64(count), 4)
        }
        bytes.append(contentsOf: text)
    }

    mutating func write(binary: some Collection<UInt8>) {
        let count = binary.count
        switch count {
        case 0..<0x100: head(0xc4, UInt64(count), 1)
        case 0x100..<0x1_0000: head(0xc5, UInt64(count), 2)
        default: head(0xc6, UInt64(count), 4)
        }
        bytes.append(contentsOf: binary)
    }

    /// Its elements are written next.
    mutating func writeArray(count: Int) { bytes.append(contentsOf: Self.container(0x90, 0xdc, count)) }

    /// Its keys and values are written next.
    mutating func writeMap(count: Int) { bytes.append(contentsOf: Self.container(0x80, 0xde, count)) }

    // MARK: Containers whose count is known when they end

    /// Begins one; returns where, for ``endArray(at:count:)`` or ``endMap(at:count:)``.
    mutating func beginContainer() -> Int {
        bytes.append(0)
        return bytes.count - 1
    }

    mutating func endArray(at start: Int, count: Int) { end(at: start, Self.container(0x90, 0xdc, count)) }
    mutating func endMap(at start: Int, count: Int) { end(at: start, Self.container(0x80, 0xde, count)) }

    /// Drops what was written from a place on.
    mutating func rewind(to position: Int) { bytes.removeLast(bytes.count - position) }

    private mutating func end(at start: Int, _ head: [UInt8]) {
        if head.count == 1 {
            bytes[start] = head[0]
        } else {
            bytes.replaceSubrange(start...start, with: head)
        }
    }

    private static func container(_ short: UInt8, _ long: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case 0..<16: [short | UInt8(truncatingIfNeeded: count)]
        case 16..<0x1_0000:
            [long, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        default:
            [long + 1] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
        }
    }

    private mutating func head(_ head: UInt8, _ value: UInt64, _ width: Int) {
        bytes.append(head)
        for shift in stride(from: UInt64(8 * (width - 1)), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
