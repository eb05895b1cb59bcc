extension MessagePackReader {
    mutating func arrayCount() throws(MessagePackError) -> Int {
        guard case .array(let count) = try next() else { throw .unexpected("no array") }
        return count
    }

    mutating func mapCount() throws(MessagePackError) -> Int {
        guard case .map(let count) = try next() else { throw .unexpected("no map") }
        return count
    }

    /// 0 for nil.
    mutating func optionalArrayCount() throws(MessagePackError) -> Int {
        switch try next() {
        case .array(let count): return count
        case .null: return 0
        case .extended(type: 0, _, isFixed: true): return 0
        default: throw .unexpected("no array")
        }
    }

    /// 0 for nil.
    mutating func optionalMapCount() throws(MessagePackError) -> Int {
        switch try next() {
        case .map(let count): return count
        case .null: return 0
        case .extended(type: 0, _, isFixed: true): return 0
        default: throw .unexpected("no map")
        }
    }

    mutating func integer() throws(MessagePackError) -> Int64 {
        guard case .integer(let value) = try next() else { throw .unexpected("no integer") }
        return value
    }

    mutating func optionalString() throws(MessagePackError) -> String? {
        if case .string(let range) = try next() { text(range) } else { nil }
    }

    /// The key of a map's next pair.
    mutating func key() throws(MessagePackError) -> String { try name() }

    /// Text, or a number as text: JavaScript's rooms and events may be either.
    mutating func name() throws(MessagePackError) -> String {
        switch try next() {
        case .string(let range): return text(range)
        case .integer(let value): return String(value)
        case .unsigned(let value): return String(value)
        default: throw .unexpected("no name")
        }
    }
}
