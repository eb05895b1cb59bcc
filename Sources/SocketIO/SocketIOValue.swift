/// A payload of any shape.
public enum SocketIOValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number without a fraction that fits.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([SocketIOValue])
    /// Without the order of its members; of two of one name the first counts. ``EventArguments/raw(at:)`` has the text.
    case object([String: SocketIOValue])
    case binary(Binary)
}

extension SocketIOValue: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = try Self.object(in: container, of: decoder)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [SocketIOValue] = []
            while !container.isAtEnd { elements.append(try container.decode(SocketIOValue.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(in: try decoder.singleValueContainer())
        }
    }

    private static func object(in container: KeyedDecodingContainer<Key>, of decoder: any Decoder) throws -> Self {
        let hasAttachments = CodingUserInfoKey.attachments.flatMap { decoder.userInfo[$0] } != nil
        // As a Bool and nothing else: objects below this key would be read once here and once more below, and those within
        // them four times.
        if hasAttachments, (try? container.decode(Bool.self, forKey: Key(stringValue: "_placeholder"))) == true {
            return .binary(try Binary(from: decoder))
        }
        var members: [String: SocketIOValue] = [:]
        for key in container.allKeys {
            members[key.stringValue] = try container.decode(SocketIOValue.self, forKey: key)
        }
        return .object(members)
    }

    private static func scalar(in container: any SingleValueDecodingContainer) throws -> Self {
        if container.decodeNil() { return .null }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int64.self) { return .integer(value) }
        if let value = try? container.decode(Double.self) { return .number(value) }
        return .string(try container.decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .binary(let value): try value.encode(to: encoder)
        case .array(let value): try value.encode(to: encoder)
        case .object(let value): try value.encode(to: encoder)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value): try value.encode(to: encoder)
        case .integer(let value): try value.encode(to: encoder)
        case .number(let value): try value.encode(to: encoder)
        case .string(let value): try value.encode(to: encoder)
        }
    }
}
