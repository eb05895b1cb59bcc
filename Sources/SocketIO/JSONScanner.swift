import NIOCore

/// Checks that bytes are one JSON array or object and finds where the elements of an array are, without building values.
///
/// Packets are checked when they arrive, so that a malformed one ends the connection and no handler sees half of it; what
/// the elements mean is left to `JSONDecoder`. The bytes are known to be UTF-8.
package struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    var index = 0
    private var depth = 0
    private let maxDepth: Int
    /// How many attachments there are for placeholders to stand for.
    private let attachments: Int

    init(_ bytes: UnsafeRawBufferPointer, maxDepth: Int, attachments: Int = 0) {
        self.bytes = bytes
        self.attachments = attachments
        // The scanner recurses; this keeps it far from the end of a thread's stack.
        self.maxDepth = min(maxDepth, 512)
    }

    /// The elements of the array that is all of `json`.
    ///
    /// - Parameters:
    ///   - maxCount: how many there may be, as each takes more memory than the two bytes that it may consist of.
    ///   - attachments: where there are any, every placeholder has to stand for one of them.
    package static func elements(
        of json: ByteBuffer, maxDepth: Int, maxCount: Int = .max, attachments: Int = 0
    ) throws(PacketError) -> [ByteBuffer] {
        let ranges = json.withUnsafeReadableBytes { bytes -> Result<[Range<Int>], PacketError> in
            Result { () throws(PacketError) in
                var scanner = JSONScanner(bytes, maxDepth: maxDepth, attachments: attachments)
                return try scanner.arrayDocument(maxCount: maxCount)
            }
        }
        return try ranges.get().compactMap { json.getSlice(at: json.readerIndex + $0.lowerBound, length: $0.count) }
    }

    /// Checks that `json` is an object.
    package static func checkObject(_ json: ByteBuffer, maxDepth: Int) throws(PacketError) {
        let result = json.withUnsafeReadableBytes { bytes -> Result<Void, PacketError> in
            Result { () throws(PacketError) in
                var scanner = JSONScanner(bytes, maxDepth: maxDepth)
                guard scanner.peek == UInt8(ascii: "{") else { throw .malformedJSON }
                try scanner.value()
                guard scanner.index == bytes.count else { throw .malformedJSON }
            }
        }
        try result.get()
    }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func arrayDocument(maxCount: Int) throws(PacketError) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        try enter(UInt8(ascii: "["))
        if !takes(UInt8(ascii: "]")) {
            repeat {
                guard elements.count < maxCount else { throw .tooManyArguments }
                skipSpace()
                let start = index
                try value()
                elements.append(start..<index)
                skipSpace()
            } while takes(UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        skipSpace()
        guard index == bytes.count else { throw .malformedJSON }
        return elements
    }

    private mutating func value() throws(PacketError) {
        switch peek {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: try number()
        }
    }

    private mutating func array() throws(PacketError) {
        try enter(UInt8(ascii: "["))
        if !takes(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                try value()
                skipSpace()
            } while takes(UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        depth -= 1
    }

    private mutating func object() throws(PacketError) {
        try enter(UInt8(ascii: "{"))
        var placeholder = AttachmentPlaceholder()
        if !takes(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                let name = index
                try string()
                let nameEnd = index
                skipSpace()
                try take(UInt8(ascii: ":"))
                skipSpace()
                let start = index
                try value()
                if attachments > 0 {
                    placeholder.addMember(bytes[name..<nameEnd], bytes[start..<index])
                }
                skipSpace()
            } while takes(UInt8(ascii: ","))
            try take(UInt8(ascii: "}"))
        }
        guard placeholder.isAbsent(or: attachments) else { throw .unknownAttachment }
        depth -= 1
    }

    /// Opens an array or object and skips to its first element.
    mutating func enter(_ bracket: UInt8) throws(PacketError) {
        try take(bracket)
        depth += 1
        guard depth <= maxDepth else { throw .tooDeep }
        skipSpace()
    }

    private mutating func string() throws(PacketError) {
        try take(UInt8(ascii: "\""))
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw .malformedJSON
            default: break
            }
        }
        throw .malformedJSON
    }

    private mutating func escape() throws(PacketError) {
        guard let byte = peek else { throw .malformedJSON }
        index += 1
        switch byte {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = peek, Self.isHexDigit(digit) else { throw .malformedJSON }
                index += 1
            }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            break
        default: throw .malformedJSON
        }
    }

    private mutating func number() throws(PacketError) {
        _ = takes(UInt8(ascii: "-"))
        if !takes(UInt8(ascii: "0")) { try digits() }
        if takes(UInt8(ascii: ".")) { try digits() }
        if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
            if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(PacketError) {
        let start = index
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
        guard index > start else { throw .malformedJSON }
    }

    private mutating func literal(_ text: StaticString) throws(PacketError) {
        for offset in 0..<text.utf8CodeUnitCount { try take(text.utf8Start[offset]) }
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
    }

    mutating func takes(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    mutating func take(_ byte: UInt8) throws(PacketError) {
        guard takes(byte) else { throw .malformedJSON }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
