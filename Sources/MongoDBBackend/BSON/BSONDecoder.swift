import CMongoC

/// Reads documents from BSON's bytes. Whatever the bytes are, it reads nothing beyond them and ends.
struct BSONDecoder {
    /// MongoDB stores no deeper ones.
    private static let maximumDepth = 200

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> BSONDocument {
        var decoder = BSONDecoder(bytes: bytes)
        return BSONDocument(try decoder.fields(depth: 0))
    }

    /// A copy of a document that the library holds.
    static func decode(_ bson: OpaquePointer) throws -> BSONDocument {
        guard let data = bson_get_data(bson) else { throw BSONError.malformed }
        // The library has as many bytes as the first four say.
        let length = UnsafeRawPointer(data).loadUnaligned(as: UInt32.self)
        return try decode(UnsafeRawBufferPointer(start: data, count: Int(UInt32(littleEndian: length))))
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func fields(depth: Int) throws -> [BSONDocument.Field] {
        guard depth < Self.maximumDepth else { throw BSONError.tooDeep }
        let start = position
        let length = Int(try number(UInt32.self))
        guard length >= 5, length <= bytes.count - start else { throw BSONError.malformed }
        let end = start + length - 1
        var fields: [BSONDocument.Field] = []
        while true {
            guard position <= end else { throw BSONError.malformed }
            let type = try number(UInt8.self)
            if type == 0 {
                guard position == end + 1 else { throw BSONError.malformed }
                return fields
            }
            let key = try cString()
            fields.append(BSONDocument.Field(key: key, value: try value(type, depth: depth)))
        }
    }

    private mutating func value(_ type: UInt8, depth: Int) throws -> BSON {
        switch type {
        case 0x01: return .double(Double(bitPattern: try number(UInt64.self)))
        case 0x02: return .string(try string())
        case 0x03: return .document(BSONDocument(try fields(depth: depth + 1)))
        case 0x04: return .array(try fields(depth: depth + 1).map(\.value))
        case 0x05:
            let length = Int(try number(UInt32.self))
            let kind = try number(UInt8.self)
            let start = position
            try skip(length)
            if kind == 0 { return .binary(Array(bytes[start..<position])) }
        case 0x0A: return .null
        case 0xFF: return .minimumKey
        case 0x06, 0x7F: break
        case 0x07:
            let high = UInt64(bigEndian: try number(UInt64.self, swapped: false))
            return .objectID(high, UInt32(bigEndian: try number(UInt32.self, swapped: false)))
        case 0x08: return .bool(try number(UInt8.self) != 0)
        case 0x09: return .date(Int64(bitPattern: try number(UInt64.self)))
        case 0x0B:
            let pattern = try cString()
            _ = try cString()
            return .regex(pattern)
        case 0x0C:
            _ = try string()
            try skip(12)
        case 0x0D, 0x0E: _ = try string()
        case 0x0F:
            let length = Int(try number(UInt32.self))
            guard length >= 4 else { throw BSONError.malformed }
            try skip(length - 4)
        case 0x10: return .int32(Int32(bitPattern: try number(UInt32.self)))
        case 0x11:
            let increment = try number(UInt32.self)
            return .timestamp(BSONTimestamp(seconds: try number(UInt32.self), increment: increment))
        case 0x12: return .int64(Int64(bitPattern: try number(UInt64.self)))
        case 0x13: try skip(16)
        default: throw BSONError.malformed
        }
        return .other(type: type)
    }

    private mutating func skip(_ count: Int) throws {
        guard count >= 0, count <= bytes.count - position else { throw BSONError.malformed }
        position += count
    }

    private mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type, swapped: Bool = true
    ) throws -> Number {
        let start = position
        try skip(MemoryLayout<Number>.size)
        let number = bytes.loadUnaligned(fromByteOffset: start, as: Number.self)
        return swapped ? Number(littleEndian: number) : number
    }

    private mutating func string() throws -> String {
        let length = Int(try number(UInt32.self))
        guard length >= 1 else { throw BSONError.malformed }
        let start = position
        try skip(length)
        guard bytes[position - 1] == 0 else { throw BSONError.malformed }
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }

    private mutating func cString() throws -> String {
        let start = position
        while position < bytes.count, bytes[position] != 0 { position += 1 }
        try skip(1)
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }
}
