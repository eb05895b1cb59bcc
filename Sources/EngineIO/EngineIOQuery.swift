/// The query parameters that decide what a request is.
package struct EngineIOQuery: Sendable {
    /// Most parameters read; the rest of a longer query is ignored. HTTP bounds the bytes.
    package static let maxParameters = 64

    /// Every parameter, the first of each name.
    package let parameters: [String: String]
    /// Path without the query.
    package let path: Substring

    /// Reads a request target such as `/socket.io/?EIO=4&transport=polling`.
    ///
    /// By its bytes: as characters a separator and a combining mark behind it would be something else.
    package init(target: String) {
        let bytes = target.utf8
        let question = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        path = target[..<question]
        var parameters: [String: String] = [:]
        for pair in bytes[question...].dropFirst().split(separator: UInt8(ascii: "&"), maxSplits: Self.maxParameters)
            .prefix(Self.maxParameters)
        {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = Self.decoded(pair[..<equals])
            if parameters[name] == nil {
                parameters[name] = Self.decoded(pair[equals...].dropFirst())
            }
        }
        self.parameters = parameters
    }

    /// Whether this is the endpoint, with or without its trailing slash.
    package func isPath(_ configured: String) -> Bool {
        Self.withoutSlash(path) == Self.withoutSlash(configured[...])
    }

    var sessionID: String? { parameters["sid"] }
    package var isProtocol4: Bool { parameters["EIO"] == "4" }
    /// nil: missing or unknown.
    package var transport: EngineIOTransport? { parameters["transport"].flatMap(EngineIOTransport.init(rawValue:)) }

    private static func withoutSlash(_ path: Substring) -> Substring {
        path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") ? Substring(path.utf8.dropLast()) : path
    }

    /// What has a wrong escape, or is no UTF-8 without its escapes, stays as it is but for the spaces.
    private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String {
        var plain: [UInt8] = []
        var decoded: [UInt8]? = []
        var rest = text
        while let byte = rest.popFirst() {
            let character = byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte
            plain.append(character)
            if byte != UInt8(ascii: "%") {
                decoded?.append(character)
            } else if let high = rest.first?.hexDigit, let low = rest.dropFirst().first?.hexDigit {
                decoded?.append(high << 4 | low)
                plain += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                decoded = nil
            }
        }
        return decoded.flatMap { String(validating: $0, as: UTF8.self) } ?? String(decoding: plain, as: UTF8.self)
    }
}

extension UInt8 {
    /// nil when it is the code of none.
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
