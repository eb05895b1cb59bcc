import CRabbitMQ
import Foundation
import MsgKit

/// What this program reads of a message's properties.
struct MessageProperties: Sendable, Equatable {
    /// More headers than this are left unread.
    private static let maximumHeaders: Int32 = 64

    var messageID: String?
    var contentType: String?
    var type: String?
    var userID: String?
    var appID: String?
    var correlationID: String?
    var timestamp: Date?
    /// Numbers and texts; headers of other kinds are left out.
    var headers: [String: HeaderValue] = [:]

    init() {}

    init(_ raw: amqp_basic_properties_t) {
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? {
            raw._flags & amqp_flags_t(flag) != 0 ? String(bytes) : nil
        }
        messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, raw.message_id)
        contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, raw.content_type)
        type = text(AMQP_BASIC_TYPE_FLAG, raw.type)
        userID = text(AMQP_BASIC_USER_ID_FLAG, raw.user_id)
        appID = text(AMQP_BASIC_APP_ID_FLAG, raw.app_id)
        correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, raw.correlation_id)
        if raw._flags & amqp_flags_t(AMQP_BASIC_TIMESTAMP_FLAG) != 0 {
            timestamp = Date(timeIntervalSince1970: Double(raw.timestamp))
        }
        guard raw._flags & amqp_flags_t(AMQP_BASIC_HEADERS_FLAG) != 0, let entries = raw.headers.entries else { return }
        for index in 0..<Int(max(0, min(raw.headers.num_entries, Self.maximumHeaders))) {
            let entry = entries[index]
            headers[String(entry.key)] = HeaderValue(entry.value)
        }
    }
}

extension MessageProperties {
    /// What is known, for a person: the properties by the protocol's names, then the headers.
    func told(without hidden: Set<String>) -> [String: String] {
        // Beyond this no calendar has a date.
        let latest = Date(timeIntervalSince1970: 253_402_300_799)
        let known: [String: String?] = [
            "message_id": messageID, "content_type": contentType, "type": type, "user_id": userID, "app_id": appID,
            "correlation_id": correlationID, "timestamp": timestamp.flatMap { $0 < latest ? $0.iso8601 : nil },
        ]
        var told = known.compactMapValues { $0 }
        for (name, value) in headers where !hidden.contains(name) { told["header \(name)"] = value.text }
        return told
    }
}

extension HeaderValue {
    fileprivate var text: String {
        switch self {
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .text(let value): value
        case .table: "(a table)"
        }
    }

    /// Nil for a kind that nothing here reads.
    fileprivate init?(_ field: amqp_field_value_t) {
        switch amqp_field_value_kind_t(rawValue: UInt32(field.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: self = .bool(field.value.boolean != 0)
        case AMQP_FIELD_KIND_I8: self = .integer(Int64(field.value.i8))
        case AMQP_FIELD_KIND_U8: self = .integer(Int64(field.value.u8))
        case AMQP_FIELD_KIND_I16: self = .integer(Int64(field.value.i16))
        case AMQP_FIELD_KIND_U16: self = .integer(Int64(field.value.u16))
        case AMQP_FIELD_KIND_I32: self = .integer(Int64(field.value.i32))
        case AMQP_FIELD_KIND_U32: self = .integer(Int64(field.value.u32))
        case AMQP_FIELD_KIND_I64: self = .integer(field.value.i64)
        case AMQP_FIELD_KIND_U64, AMQP_FIELD_KIND_TIMESTAMP: self = .integer(Int64(clamping: field.value.u64))
        case AMQP_FIELD_KIND_UTF8: self = .text(String(field.value.bytes))
        default: return nil
        }
    }
}

extension String {
    /// A text of the library's, copied; what is not UTF-8 is mended.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    init(_ bytes: amqp_bytes_t) {
        self.init(start: bytes.bytes, count: bytes.bytes == nil ? 0 : bytes.len)
    }
}
