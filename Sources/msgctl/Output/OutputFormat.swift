import ArgumentParser
import Foundation
import MsgKit

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json

    /// Prints a result in this form.
    /// - Parameter text: the lines for a person.
    func print(_ result: some Encodable, text: @autoclosure () -> String) throws {
        switch self {
        case .text: try Console.print(text())
        case .json: try Console.print(String(decoding: try JSONEncoder.msgctl().encode(result), as: UTF8.self))
        }
    }
}
