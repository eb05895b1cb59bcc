/// One thing that is wrong in a configuration: where, what, and what would be right.
///
/// No part of it carries a secret's value, and no part carries a control character.
public struct Complaint: Sendable, Equatable {
    /// The file as the operator named it, `environment` or `command line`.
    public let source: String
    /// Line in the file, from 1.
    public let line: Int?
    /// Column in characters, from 1.
    public let column: Int?
    /// The environment variable that holds the value, when one does.
    public let variable: String?
    /// The key concerned, such as `server.port`; `nil` when the complaint is about a file as a whole.
    public let keyPath: String?
    /// What is wrong.
    public let problem: String
    /// What would be right, as an instruction.
    public let remedy: String

    init(_ origin: ConfigurationOrigin, keyPath: String?, problem: String, remedy: String) {
        self.source = origin.source.printable
        self.line = origin.line
        self.column = origin.column
        self.variable = origin.variable?.printable
        self.keyPath = keyPath?.printable
        self.problem = problem
        self.remedy = remedy
    }
}

extension Complaint: CustomStringConvertible {
    /// One line: `config.yaml:12:9: server.port: "abc" is not a whole number; write a port from 0 to 65535`.
    public var description: String {
        let place = [source, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
        return [place, variable ?? keyPath, "\(problem); \(remedy)"].compactMap(\.self).joined(separator: ": ")
    }
}
