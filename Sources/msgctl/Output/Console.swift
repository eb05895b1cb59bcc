import Foundation

/// Standard output for results, standard error for everything else.
enum Console {
    /// Prints a result.
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Tells a person something that is no result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
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
