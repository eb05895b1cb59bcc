import Foundation

extension ValueSyntax where Value == String {
    /// The IANA name of a time zone this machine knows.
    static var timeZone: ValueSyntax {
        ValueSyntax(scalar: "the IANA name of a time zone, such as Europe/Berlin or UTC", write: { $0 }) {
            text throws(Refusal) in
            let isName =
                (1...64).contains(text.utf8.count)
                && text.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || "0123456789_+-/".unicodeScalars.contains($0))
                }
            guard isName, TimeZone(identifier: text) != nil else { throw Refusal("\(text.quoted) is no time zone") }
            return text
        }
    }

    /// The text of an automatic message.
    static var messageTemplate: ValueSyntax {
        ValueSyntax(scalar: "1 to 1000 characters, with {sender} and {receiver} for the names", write: { $0 }) {
            text throws(Refusal) in
            let text = text.trimmingSpaces
            guard !text.isEmpty else { throw Refusal("the text is empty") }
            let isControl = { (scalar: Unicode.Scalar) in
                scalar.properties.generalCategory == .control && !["\n", "\r", "\t"].contains(scalar)
            }
            guard !text.unicodeScalars.contains(where: isControl) else {
                throw Refusal("\(text.quoted) has a control character in it")
            }
            // Counted as a message is, with the longest user name for each placeholder: what is planned at night must
            // not turn out to be too long to send.
            let name = String(repeating: "n", count: 30)
            let longest = text.replacing("{sender}", with: name).replacing("{receiver}", with: name)
            let count = longest.unicodeScalars.count
            guard count <= 1000 else { throw Refusal("the text has \(count) characters with names of 30") }
            if let placeholder = text.matches(of: /\{[A-Za-z_]*\}/).first(where: {
                $0.output != "{sender}" && $0.output != "{receiver}"
            }) {
                throw Refusal("\(String(placeholder.output).quoted) stands for nothing")
            }
            return text
        }
    }
}

extension ValueSyntax where Value == Timetable {
    /// A cron expression or `@every` and a duration; which zone it is read in is said elsewhere.
    static var timetable: ValueSyntax {
        ValueSyntax(
            scalar: "five fields as in crontab (minute hour day month weekday), @hourly, @daily, @weekly, @monthly, "
                + "@yearly, or @every and a duration from 1s to 366d",
            write: { "\"\($0)\"" }
        ) { text throws(Refusal) in
            do throws(CronProblem) {
                return try Timetable(text, in: .gmt)
            } catch {
                throw Refusal(error.problem, remedy: error.remedy)
            }
        }
    }
}
