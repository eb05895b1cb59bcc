import NIOCore

/// Reads the commonest of objects at once: `JSONDecoder` takes ten times as long.
extension JSONScanner {
    /// The members of an object of nothing but strings, written without escapes and each named once; nil for anything
    /// else, which is left to `JSONDecoder`.
    package static func plainStrings(of json: ByteBuffer) -> [String: String]? {
        json.withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes, maxDepth: 1)
            return try? scanner.plainStrings()
        }
    }

    private mutating func plainStrings() throws(PacketError) -> [String: String]? {
        var strings: [String: String] = [:]
        try enter(UInt8(ascii: "{"))
        if !takes(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard let name = plainString() else { return nil }
                skipSpace()
                try take(UInt8(ascii: ":"))
                skipSpace()
                guard let value = plainString(), strings.updateValue(value, forKey: name) == nil else { return nil }
                skipSpace()
            } while takes(UInt8(ascii: ","))
            try take(UInt8(ascii: "}"))
        }
        skipSpace()
        return index == bytes.count ? strings : nil
    }

    private mutating func plainString() -> String? {
        guard takes(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\\") {
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes[start..<index - 1], as: UTF8.self) }
        }
        return nil
    }
}
