import Foundation
import Glibc
import MsgKit

/// Reads a password: twice and unseen from a terminal, else one line of standard input.
enum PasswordInput {
    private static let maximumLine = 4096

    /// - Throws: ``ErrorCode/validationFailed``.
    static func read() throws -> Password {
        guard isatty(STDIN_FILENO) == 1 else { return try Password(try line()) }
        let first = try unseen("Password: ")
        guard try unseen("Again: ") == first else {
            throw MsgError.invalid("password", "The two passwords differ; nothing was changed.")
        }
        return try Password(first)
    }

    private static func line() throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= maximumLine, Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
            throw MsgError.invalid("password", "No password came; type one, or send one as a line of standard input.")
        }
        return text
    }

    private static func unseen(_ prompt: String) throws -> String {
        // An interrupt waits for the end of the line: the terminal must not be left without its echo.
        var interrupts = sigset_t()
        var earlier = sigset_t()
        sigemptyset(&interrupts)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] { sigaddset(&interrupts, signal) }
        pthread_sigmask(SIG_BLOCK, &interrupts, &earlier)
        defer { pthread_sigmask(SIG_SETMASK, &earlier, nil) }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return try line() }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            var restored = before
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &restored)
            Console.note("")
        }
        StandardStream.error.write(prompt)
        return try line()
    }
}
