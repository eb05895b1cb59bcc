/// Goes through MessagePack bytes. No length is believed that what is left can't hold.
struct MessagePackReader {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(position, 0), bytes.count)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func next() throws(MessagePackError) -> MessagePackToken {
        let head = try byte()
        switch head {
        case 0x00...0x7f: return .integer(Int64(head))
        case 0x80...0x8f: return try map(count: Int(head & 0x0f))
        case 0x90...0x9f: return try array(count: Int(head & 0x0f))
        case 0xa0...0xbf: return .string(try range(count: Int(head & 0x1f)))
        case 0xc0: return .null
        case 0xc2: return .bool(false)
        case 0xc3: return .bool(true)
        case 0xc4...0xc6: return .binary(try range(count: try length(1 << Int(head - 0xc4))))
        case 0xc7...0xc9: return try extended(count: try length(1 << Int(head - 0xc7)), isFixed: false)
        case 0xca: return .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try bits(4)))))
        case 0xcb: return .number(Double(bitPattern: try bits(8)))
        case 0xcc...0xcf:
            let value = try bits(1 << Int(head - 0xcc))
            return Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
        case 0xd0...0xd3:
            let width = 1 << Int(head - 0xd0)
            // Shifted up and down again, so that the sign fills what is missing.
            let shift = UInt64(64 - 8 * width)
            return .integer(Int64(bitPattern: try bits(width) << shift) >> Int64(shift))
        case 0xd4...0xd8: return try extended(count: 1 << Int(head - 0xd4), isFixed: true)
        case 0xd9...0xdb: return .string(try range(count: try length(1 << Int(head - 0xd9))))
        case 0xdc...0xdd: return try array(count: try length(2 << Int(head - 0xdc)))
        case 0xde...0xdf: return try map(count: try length(2 << Int(head - 0xde)))
        case 0xe0...0xff: return .integer(Int64(Int8(bitPattern: head)))
        default: throw .badType(head)
        }
    }

    /// Goes over the next value and all that is in it.
    mutating func skip() throws(MessagePackError) {
        var missing = 1
        while missing > 0 {
            missing -= 1
            switch try next() {
            // Neither count can be greater than what is left of the bytes.
            case .array(let count): missing += count
            case .map(let count): missing += 2 * count
            default: break
            }
        }
    }

    /// Text; what is no UTF-8 in it is replaced.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func byte() throws(MessagePackError) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func bits(_ width: Int) throws(MessagePackError) -> UInt64 {
        guard bytes.count - position >= width else { throw .truncated }
        var value: UInt64 = 0
        for index in position..<position + width { value = value << 8 | UInt64(bytes[index]) }
        position += width
        return value
    }

    private mutating func length(_ width: Int) throws(MessagePackError) -> Int {
        // Four bytes at most.
        Int(truncatingIfNeeded: try bits(width))
    }

    private mutating func range(count: Int) throws(MessagePackError) -> Range<Int> {
        guard count <= bytes.count - position else { throw .badLength }
        defer { position += count }
        return position..<position + count
    }

    private func array(count: Int) throws(MessagePackError) -> MessagePackToken {
        guard count <= bytes.count - position else { throw .badLength }
        return .array(count)
    }

    private func map(count: Int) throws(MessagePackError) -> MessagePackToken {
        guard count <= (bytes.count - position) / 2 else { throw .badLength }
        return .map(count)
    }

    private mutating func extended(count: Int, isFixed: Bool) throws(MessagePackError) -> MessagePackToken {
        let type = Int8(bitPattern: try byte())
        return .extended(type: type, try range(count: count), isFixed: isFixed)
    }
}
