import Foundation
import MsgKit

/// Standard output for results, standard error for everything else.
enum Console {
    /// Prints a result.
    /// - Throws: ``ErrorCode/internalError`` when it can't be written: no engine is at fault, and none is waited for.
    static func print(_ text: String) throws { try write(text + "\n") }

    /// Writes a part of a result.
    /// - Throws: as ``print(_:)``.
    static func write(_ text: String) throws {
        let reason = StandardStream.output.write(text)
        guard reason == 0 else {
            throw MsgError(.internalError, "Standard output can't be written: \(String(cString: strerror(reason))).")
        }
    }

    /// Tells a person something that is no result.
    static func note(_ text: String) {
        StandardStream.error.write(text + "\n")
    }

    /// Prints what was asked of the program itself: its help, its version, a completion script.
    /// - Throws: as ``print(_:)``.
    static func help(_ text: String) throws {
        // A completion script is for a shell, whatever shows it.
        let isHelp = text.hasPrefix("OVERVIEW:") || text.hasPrefix("USAGE:")
        try print(isHelp ? TerminalStyle(descriptor: STDOUT_FILENO).help(text) : text)
    }

    /// Says what went wrong, and which command line helps.
    static func complain(_ text: String, try remedy: String? = nil) {
        let style = TerminalStyle(descriptor: STDERR_FILENO)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            style.error("Error:") + " \($0)"
        }
        if let remedy { lines.append(style.remedy("Try:") + " \(remedy)") }
        note(lines.joined(separator: "\n"))
    }

    /// How many characters a line of the terminal at standard error has; 80 when it doesn't tell.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether a person sees standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
