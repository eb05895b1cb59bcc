import Foundation
import MsgKit

/// A date as ISO 8601 or as a number of milliseconds since 1970.
struct LenientDate: Decodable {
    /// The latest instant that JavaScript has, in milliseconds.
    private static let latest = 8.64e15

    var date: Date

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self), let date = Date(iso8601: text) {
            self.date = date
        } else if let number = try? container.decode(Double.self), abs(number) <= Self.latest {
            date = Date(millisecondsSince1970: Int64(number))
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "A date is ISO 8601.")
        }
    }
}
