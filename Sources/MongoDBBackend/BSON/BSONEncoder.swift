import CMongoC

/// Writes documents in BSON's bytes.
struct BSONEncoder {
    private var bytes: [UInt8] = []

    /// The bytes of a document, whose names and patterns must be free of NUL.
    static func encode(_ document: BSONDocument) throws -> [UInt8] {
        var encoder = BSONEncoder()
        encoder.bytes.reserveCapacity(512)
        try encoder.append(document)
        return encoder.bytes
    }

    private mutating func append(_ document: BSONDocument) throws {
        let start = beginDocument()
        for field in document.fields { try append(field.value, key: field.key) }
        endDocument(from: start)
    }

    private mutating func beginDocument() -> Int {
        let start = bytes.count
        append(UInt32(0))
        return start
    }

    private mutating func endDocument(from start: Int) {
        bytes.append(0)
        let length = UInt32(truncatingIfNeeded: bytes.count - start)
        for offset in 0..<4 { bytes[start + offset] = UInt8(truncatingIfNeeded: length >> UInt32(8 * offset)) }
    }

    private mutating func append(_ value: BSON, key: String) throws {
        bytes.append(value.typeByte)
        try appendCString(key)
        switch value {
        case .null, .minimumKey, .other: break
        case .bool(let flag): bytes.append(flag ? 1 : 0)
        case .int32(let number): append(UInt32(bitPattern: number))
        case .int64(let number): append(UInt64(bitPattern: number))
        case .double(let number): append(number.bitPattern)
        case .date(let milliseconds): append(UInt64(bitPattern: milliseconds))
        case .string(let text):
            append(UInt32(truncatingIfNeeded: text.utf8.count + 1))
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        case .objectID(let high, let low):
            withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
        case .timestamp(let timestamp):
            append(timestamp.increment)
            append(timestamp.seconds)
        case .regex(let pattern):
            try appendCString(pattern)
            bytes.append(0)
        case .binary(let content):
            append(UInt32(truncatingIfNeeded: content.count))
            bytes.append(0)
            bytes.append(contentsOf: content)
        case .document(let document): try append(document)
        case .array(let values):
            let start = beginDocument()
            for (index, value) in values.enumerated() { try append(value, key: String(index)) }
            endDocument(from: start)
        }
    }

    private mutating func appendCString(_ text: String) throws {
        guard !text.utf8.contains(0) else { throw BSONError.nulInName }
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

extension BSON {
    /// The byte that stands before a value of this type.
    fileprivate var typeByte: UInt8 {
        switch self {
        case .double: 0x01
        case .string: 0x02
        case .document: 0x03
        case .array: 0x04
        case .binary: 0x05
        case .objectID: 0x07
        case .bool: 0x08
        case .date: 0x09
        case .null, .other: 0x0A
        case .regex: 0x0B
        case .int32: 0x10
        case .timestamp: 0x11
        case .int64: 0x12
        case .minimumKey: 0xFF
        }
    }
}

extension BSONDocument {
    /// Hands the document to the library for the time of the call.
    func withBSON<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        let bytes = try BSONEncoder.encode(self)
        guard let bson = bson_new_from_data(bytes, bytes.count) else { throw BSONError.malformed }
        defer { bson_destroy(bson) }
        return try body(bson)
    }
}
