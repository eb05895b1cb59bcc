/// The parts of a URL that configuration looks at.
///
/// Foundation's parser can't be used: a MongoDB address names several hosts.
struct URLParts: Equatable {
    struct Host: Equatable {
        var name: String
        var port: Int?
    }

    /// In small letters.
    var scheme: String
    /// User and password, as they stand.
    var userInfo: String?
    /// One, or more when separated by commas.
    var hosts: [Host]
    /// The path, query and fragment with their first character.
    var rest: String

    /// `nil` when the text is not of the form `scheme://host`.
    init?(_ text: String) {
        guard text.utf8.count <= 4096, let colon = text.firstRange(of: "://") else { return nil }
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        let isScheme = text[..<colon.lowerBound].utf8.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "+") }
        guard isPrintable, isScheme, colon.lowerBound > text.startIndex else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()

        let afterScheme = text[colon.upperBound...]
        let end = afterScheme.firstIndex { "/?#".contains($0) } ?? afterScheme.endIndex
        var authority = afterScheme[..<end]
        rest = String(afterScheme[end...])
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        hosts = []
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            guard let host = Self.host(part) else { return nil }
            hosts.append(host)
        }
    }

    private static func host(_ text: Substring) -> Host? {
        var name = text
        var port: Int?
        // The colons of an IPv6 address stand in brackets.
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard let number = Int(digits), (1...65535).contains(number), !digits.hasPrefix("+") else { return nil }
            name = text[..<colon]
            port = number
        }
        let isAddress = name.hasPrefix("[") && name.hasSuffix("]") && name.utf8.count > 2
        let inner = isAddress ? name.dropFirst().dropLast() : name
        let extra = isAddress ? ":.%" : "-._%"
        let isName = !inner.isEmpty && inner.utf8.allSatisfy { isLetterOrDigit($0) || extra.utf8.contains($0) }
        return isName ? Host(name: name.lowercased(), port: port) : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
