/// The place that a value was written at.
struct ConfigurationOrigin: Sendable, Equatable {
    static let environment = ConfigurationOrigin(source: "environment")
    static let commandLine = ConfigurationOrigin(source: "command line")

    /// A file's name as the operator gave it, or one of the names above.
    var source: String
    var line: Int?
    var column: Int?
    var variable: String?

    func at(line: Int, column: Int? = nil) -> ConfigurationOrigin {
        var origin = self
        origin.line = line
        origin.column = column
        return origin
    }

    func at(_ mark: YAMLNode.Mark) -> ConfigurationOrigin {
        at(line: mark.line, column: mark.column)
    }

    func variable(_ name: String) -> ConfigurationOrigin {
        var origin = self
        origin.variable = name
        return origin
    }
}
