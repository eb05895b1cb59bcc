import CRabbitMQ

/// What this program reads of a message's properties.
struct MessageProperties: Sendable, Equatable {
    /// More headers than this are left unread.
    private static let maximumHeaders: Int32 = 64

    var messageID: String?
    /// Numbers and texts; headers of other kinds are left out.
    var headers: [String: HeaderValue] = [:]

    init() {}

    init(_ raw: amqp_basic_properties_t) {
        if raw._flags & amqp_flags_t(AMQP_BASIC_MESSAGE_ID_FLAG) != 0 { messageID = String(raw.message_id) }
        guard raw._flags & amqp_flags_t(AMQP_BASIC_HEADERS_FLAG) != 0, let entries = raw.headers.entries else { return }
        for index in 0..<Int(max(0, min(raw.headers.num_entries, Self.maximumHeaders))) {
            let entry = entries[index]
            headers[String(entry.key)] = HeaderValue(entry.value)
        }
    }
}

extension HeaderValue {
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
