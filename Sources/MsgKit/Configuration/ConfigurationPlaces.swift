/// Where the values of a configuration were written, for what is found wrong with one only when it is used.
public struct ConfigurationPlaces: Sendable {
    var origins: [String: ConfigurationOrigin] = [:]

    /// What is wrong with a key's value and what to do, with the place before it, as in a ``Complaint``; the key is named
    /// also where a variable has the value.
    public func complaint(about path: String, _ text: String) -> String {
        guard let origin = origins[path] else { return "\(path): \(text)" }
        let place = [origin.source.printable, origin.line.map(String.init), origin.column.map(String.init)]
            .compactMap(\.self).joined(separator: ":")
        return "\(place): \(origin.variable.map { "\($0.printable) (\(path))" } ?? path): \(text)"
    }
}

extension ConfigurationPlaces: Equatable {
    /// Configurations are the same when their values are, wherever they were written.
    public static func == (_: Self, _: Self) -> Bool { true }
}
