extension String {
    /// Longest stretch of foreign text repeated in a complaint, in Unicode scalars.
    private static var printableLimit: Int { 200 }

    /// The text with everything that could move a cursor, reorder or end a line escaped, cut when long.
    public var printable: String { printable(upTo: Self.printableLimit) }

    /// ``printable``, cut after so many Unicode scalars.
    public func printable(upTo limit: Int) -> String {
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            if count == limit { return result + "…" }
            count += 1
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                    result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
                default:
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// ``printable`` between double quotes, shorter: the form of a refused value in a complaint.
    var quoted: String {
        let limit = 60
        guard let end = unicodeScalars.index(startIndex, offsetBy: limit, limitedBy: endIndex), end < endIndex else {
            return "\"\(printable)\""
        }
        return "\"\(String(unicodeScalars[..<end]).printable)…\""
    }
}
