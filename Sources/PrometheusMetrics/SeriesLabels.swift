/// The labels of a series as they stand in the exposition, between the braces; equal labels in any order are equal.
struct SeriesLabels: Hashable, Sendable {
    /// How many characters of a value are kept.
    static let maximumValue = 200

    /// `method="GET",status="200"`; empty without labels.
    let text: String

    init(_ dimensions: [(String, String)]) {
        var seen: Set<String> = []
        text =
            dimensions
            .map { (MetricNaming.label($0.0), Self.escaped($0.1.prefix(Self.maximumValue))) }
            .filter { seen.insert($0.0).inserted }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\($0.1)\"" }
            .joined(separator: ",")
    }

    /// A text in which nothing can end it or its line.
    /// - Parameter quotes: whether a quote would end it.
    static func escaped(_ value: some StringProtocol, quotes: Bool = true) -> String {
        guard value.unicodeScalars.contains(where: { $0 == "\\" || $0 == "\"" || $0 == "\n" }) else {
            return String(value)
        }
        return value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\"" where quotes: text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
