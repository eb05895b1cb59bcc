import Foundation
import MsgKit

/// Standard output for results, standard error for everything else.
enum Console {
    /// Prints a result.
    /// - Throws: ``ErrorCode/internalError`` when it can't be written: no engine is at fault, and none is waited for.
    static func print(_ text: String) throws {
        let reason = StandardStream.output.write(text + "\n")
        guard reason == 0 else {
            throw MsgError(.internalError, "Standard output can't be written: \(String(cString: strerror(reason))).")
        }
    }

    /// Tells a person something that is no result.
    static func note(_ text: String) {
        StandardStream.error.write(text + "\n")
    }

    /// Says what went wrong.
    static func complain(_ text: String) {
        note(
            text.split(separator: "\n", omittingEmptySubsequences: false).map { "Error: \($0)" }.joined(separator: "\n")
        )
    }

    /// Whether a person sees standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
