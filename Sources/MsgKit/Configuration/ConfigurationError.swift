/// A configuration that can't be used, with everything that is wrong with it.
public struct ConfigurationError: Error, Sendable, Equatable {
    /// At least one, in the order file, `.env`, environment, command line, then rules between keys.
    public let complaints: [Complaint]
    /// How many more there were; a garbage file makes one per line, which nobody reads.
    public let omitted: Int
}

extension ConfigurationError: CustomStringConvertible {
    /// One line per complaint.
    public var description: String {
        var lines = complaints.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more") }
        return lines.joined(separator: "\n")
    }
}
