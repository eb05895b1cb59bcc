import Foundation

extension JSONEncoder {
    /// The encoder of every answer, event and queue message: dates as ISO 8601 UTC with milliseconds, slashes plain.
    public static func msgctl() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.iso8601)
        }
        return encoder
    }
}

extension JSONDecoder {
    /// The counterpart of ``Foundation/JSONEncoder/msgctl()``.
    public static func msgctl() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = Date(iso8601: try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "A date is ISO 8601.")
            }
            return date
        }
        return decoder
    }
}
