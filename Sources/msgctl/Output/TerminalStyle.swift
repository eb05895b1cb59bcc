import Foundation

/// Colours for a terminal; elsewhere, and where `NO_COLOR` is set, nothing is added.
struct TerminalStyle {
    private static let bold = "1"
    private static let red = "1;31"
    private static let cyan = "36"

    let isOn: Bool

    /// - Parameter descriptor: of the stream that is written to.
    init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        // https://no-color.org: any value but an empty one.
        isOn = isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    func error(_ text: String) -> String { mark(text, Self.red) }

    func remedy(_ text: String) -> String { mark(text, Self.bold) }

    /// Headings stand out, and so do options, verbs and what can be typed.
    func help(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0) }.joined(separator: "\n")
    }

    private func line(_ line: Substring) -> String {
        if let colon = line.firstIndex(of: ":"), colon > line.startIndex, line[..<colon].allSatisfy(\.isUppercase) {
            return mark(String(line[...colon]), Self.bold) + line[line.index(after: colon)...]
        }
        let typed = line.dropFirst(2)
        guard line.hasPrefix("  "), let first = typed.first, first != " ", !typed.hasPrefix("See '") else {
            return String(line)
        }
        // An option or a verb ends where its description begins.
        let end = typed.range(of: "  ")?.lowerBound ?? typed.endIndex
        return "  " + mark(String(typed[..<end]), Self.cyan) + typed[end...]
    }

    private func mark(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
