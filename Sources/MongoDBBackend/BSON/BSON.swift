import Foundation
import MsgKit

/// A value as MongoDB stores it.
///
/// Written and read by our own codec: libbson's `bson_t` and `bson_iter_t` are aligned to 128 bytes, which Swift can't
/// do, so it knows them as opaque and could neither look into the one nor make the other.
enum BSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    case string(String)
    /// Milliseconds since 1970.
    case date(Int64)
    /// The twelve bytes of an ObjectId, most significant first.
    case objectID(UInt64, UInt32)
    case timestamp(BSONTimestamp)
    /// A pattern without options.
    case regex(String)
    /// Bytes of the general kind, subtype 0.
    case binary([UInt8])
    case array([BSON])
    case document(BSONDocument)
    /// Less than any other value, one that is missing included.
    case minimumKey
    /// A value of a type that nothing here has a use for.
    case other(type: UInt8)

    static func id<Entity>(_ id: Identifier<Entity>) -> BSON { .objectID(id.high, id.low) }

    static func ids<Entity>(_ ids: some Sequence<Identifier<Entity>>) -> BSON { .array(ids.map { .id($0) }) }

    static func date(_ date: Date) -> BSON { .date(date.millisecondsSince1970) }

    /// `value`, or null.
    static func optional<Value>(_ value: Value?, _ make: (Value) -> BSON) -> BSON { value.map(make) ?? .null }

    /// A part of a text, with no character of a special meaning.
    static func part(_ text: String) -> BSON {
        var pattern = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil {
                pattern.append("\\")
            }
            pattern.unicodeScalars.append(scalar)
        }
        return .regex(pattern)
    }

    /// What has to be taken as it is within an aggregation's expression, where a text may name a field.
    static func literal(_ value: BSON) -> BSON { ["$literal": value] }
}

extension BSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    init(dictionaryLiteral elements: (String, BSON)...) {
        self = .document(BSONDocument(elements.map { BSONDocument.Field(key: $0.0, value: $0.1) }))
    }

    init(arrayLiteral elements: BSON...) { self = .array(elements) }

    init(stringLiteral value: String) { self = .string(value) }

    init(integerLiteral value: Int32) { self = .int32(value) }

    init(booleanLiteral value: Bool) { self = .bool(value) }
}
