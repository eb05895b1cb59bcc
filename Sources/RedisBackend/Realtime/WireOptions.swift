/// `{rooms, except, flags}`, any of which may be missing or nil.
struct WireOptions {
    var rooms = WireRooms(rooms: [], except: [])
    /// How long acknowledgements are waited for, in milliseconds.
    var timeout: Int64?

    init() {}

    init(_ reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.optionalMapCount()) {
            switch try reader.key() {
            case "rooms": rooms.rooms = try Self.names(&reader)
            case "except": rooms.except = try Self.names(&reader)
            case "flags": timeout = try Self.timeout(&reader)
            default: try reader.skip()
            }
        }
    }

    private static func names(_ reader: inout MessagePackReader) throws(MessagePackError) -> [String] {
        var names: [String] = []
        for _ in 0..<(try reader.optionalArrayCount()) { names.append(try reader.name()) }
        return names
    }

    private static func timeout(_ reader: inout MessagePackReader) throws(MessagePackError) -> Int64? {
        var timeout: Int64?
        for _ in 0..<(try reader.optionalMapCount()) {
            let isTimeout = try reader.key() == "timeout"
            var value = reader
            if isTimeout, case .integer(let number) = try value.next() { timeout = number }
            try reader.skip()
        }
        return timeout
    }
}
