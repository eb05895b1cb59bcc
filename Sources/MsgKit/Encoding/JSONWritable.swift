import Foundation

/// What is sent as JSON. Types of which very much is sent may write it themselves.
public protocol JSONWritable: Encodable, Sendable {
    /// Its JSON, the same as the encoder of all answers would write.
    func json() throws -> String
}

extension JSONWritable {
    public func json() throws -> String {
        String(decoding: try JSONEncoder.msgctl().encode(self), as: UTF8.self)
    }
}
