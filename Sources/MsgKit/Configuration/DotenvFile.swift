/// The variables of a `.env` file.
///
/// A line is `NAME=value`, with or without `export` before it; `#` starts a comment at the start of a line or after a
/// space. A value in single quotes is taken as it stands; in double quotes `\n`, `\r`, `\t`, `\\` and `\"` are
/// escapes. Nothing is expanded and no value spans lines.
struct DotenvFile {
    struct Variable: Equatable {
        var name: String
        var value: String
        var line: Int
    }

    /// A line that can't be used. Neither text repeats the line, which may hold a secret.
    private struct Problem: Error {
        var line: Int
        var name: String?
        var problem: String
        var remedy: String
    }

    private struct ValueProblem: Error {
        var problem: String
        var remedy: String
    }

    private(set) var variables: [Variable] = []
    private(set) var complaints = ComplaintList()

    init(_ bytes: [UInt8], origin: ConfigurationOrigin) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var firstLines: [String: Int] = [:]
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(Problem) {
                guard let variable = try Self.variable(line, number: index + 1) else { continue }
                if let first = firstLines.updateValue(variable.line, forKey: variable.name) {
                    throw Problem(
                        line: variable.line, name: variable.name,
                        problem: "given a second time, first on line \(first)",
                        remedy: "keep one of the two")
                }
                variables.append(variable)
            } catch {
                var origin = origin.at(line: error.line)
                origin.variable = error.name
                complaints.add(Complaint(origin, keyPath: nil, problem: error.problem, remedy: error.remedy))
            }
        }
    }

    private static func variable(_ bytes: ArraySlice<UInt8>, number: Int) throws(Problem) -> Variable? {
        let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Problem(
                line: number, problem: "the line is not valid text", remedy: "save the file as UTF-8 without NUL bytes")
        }
        var text = trimmed(decoded[...])
        if text.isEmpty || text.hasPrefix("#") { return nil }
        if text.hasPrefix("export"), let after = text.dropFirst(6).first, isSpace(after) {
            text = trimmed(text.dropFirst(6))
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw Problem(
                line: number, problem: "the line has no \"=\"", remedy: "write NAME=value, or # before a comment")
        }
        let name = trimmed(text[..<equals])
        guard isName(name) else {
            throw Problem(
                line: number, problem: "what stands before \"=\" is not a variable's name",
                remedy: "write letters, digits and _ without spaces, not starting with a digit")
        }
        do throws(ValueProblem) {
            let value = try value(trimmed(text[text.index(after: equals)...]))
            return Variable(name: String(name), value: value, line: number)
        } catch {
            throw Problem(line: number, name: String(name), problem: error.problem, remedy: error.remedy)
        }
    }

    private static func value(_ text: Substring) throws(ValueProblem) -> String {
        switch text.first {
        case "'": return try quoted(text, by: "'", escapes: false)
        case "\"": return try quoted(text, by: "\"", escapes: true)
        case "#": return ""
        default:
            var previous: Character = " "
            for index in text.indices {
                if text[index] == "#", isSpace(previous) { return String(trimmed(text[..<index])) }
                previous = text[index]
            }
            return String(text)
        }
    }

    private static func quoted(_ text: Substring, by quote: Character, escapes: Bool) throws(ValueProblem) -> String {
        var value = ""
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            let character = text[index]
            index = text.index(after: index)
            if character == quote {
                let rest = trimmed(text[index...])
                guard rest.isEmpty || rest.hasPrefix("#") else {
                    throw ValueProblem(
                        problem: "text after the closing quote", remedy: "put the whole value between the quotes")
                }
                return value
            }
            if escapes, character == "\\", index < text.endIndex, let escaped = escape(text[index]) {
                value.append(escaped)
                index = text.index(after: index)
            } else {
                value.append(character)
            }
        }
        throw ValueProblem(problem: "the quote is not closed", remedy: "close it on the same line")
    }

    /// `nil` for a backslash that means itself.
    private static func escape(_ character: Character) -> Character? {
        switch character {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "\\", "\"": character
        default: nil
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    private static func isSpace(_ character: Character) -> Bool {
        character == " " || character == "\t"
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
