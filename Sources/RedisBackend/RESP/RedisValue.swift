/// A reply of the server (RESP2).
enum RedisValue: Sendable, Equatable {
    /// `+OK`
    case status(String)
    /// `-ERR …`: the command failed.
    case error(String)
    case integer(Int64)
    case bytes([UInt8])
    case array([RedisValue])
    case null

    /// Text of any kind but an error's.
    var string: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .error, .array, .null: nil
        }
    }

    /// A number, as such or as text.
    var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes, .status: string.flatMap { Int64($0) }
        case .error, .array, .null: nil
        }
    }

    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var array: [RedisValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}
