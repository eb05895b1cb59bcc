import Foundation
import MsgKit

/// Prints one JSON value part by part, as a plan may have a million: it is never in memory as a whole.
struct JSONStream {
    /// So many bytes are written at a time.
    private static let size = 1 << 16

    private let encoder = JSONEncoder.msgctl()
    private var text = ""

    /// Begins an object with the members of a value, which has one at least.
    mutating func open(_ head: some Encodable) throws {
        let whole = String(decoding: try encoder.encode(head), as: UTF8.self)
        try add(String(whole.dropLast()))
    }

    /// Adds an array to the object that is open.
    mutating func array(_ key: String, of elements: some Sequence<some Encodable>) throws {
        try beginArray(key)
        try self.elements(elements, isFirst: true)
        try endArray()
    }

    mutating func beginArray(_ key: String) throws { try add(",\"\(key)\":[") }

    /// - Parameter isFirst: whether the array had none yet.
    mutating func elements(_ elements: some Sequence<some Encodable>, isFirst: Bool) throws {
        var separator = isFirst ? "" : ","
        for element in elements {
            try add(separator)
            try add(String(decoding: try encoder.encode(element), as: UTF8.self))
            separator = ","
        }
    }

    mutating func endArray() throws { try add("]") }

    /// Ends the object that is open.
    mutating func close() throws { try add("}") }

    mutating func add(_ part: String) throws {
        text += part
        if text.utf8.count >= Self.size { try flush() }
    }

    /// Ends the line.
    mutating func finish() throws {
        text += "\n"
        try flush()
    }

    private mutating func flush() throws {
        try Console.write(text)
        text.removeAll(keepingCapacity: true)
    }
}
