/// `{rooms, except, flags}`, any of which may be missing or nil.
struct WireOptions {
    var rooms = WireRooms(rooms: [], except: [])
    /// How long acknowledgements are waited for, in milliseconds.
    var timeout: Int64?
    var isVolatile = false

    init() {}

    init(_ reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.optionalMapCount()) {
            switch try reader.key() {
            case "rooms": rooms.rooms = try Self.names(&reader)
            case "except": rooms.except = try Self.names(&reader)
            case "flags": try readFlags(&reader)
            default: try reader.skip()
            }
        }
    }

    private static func names(_ reader: inout MessagePackReader) throws(MessagePackError) -> [String] {
        var names: [String] = []
        for _ in 0..<(try reader.optionalArrayCount()) { names.append(try reader.name()) }
        return names
    }

    private mutating func readFlags(_ reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.optionalMapCount()) {
            let flag = try reader.key()
            var rest = reader
            switch (flag, try rest.next()) {
            case ("timeout", .integer(let number)): timeout = number
            case ("volatile", .bool(let flag)): isVolatile = flag
            default: break
            }
            try reader.skip()
        }
    }
}
