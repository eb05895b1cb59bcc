import Foundation

extension ValueSyntax where Value == String {
    /// The IANA name of a time zone this machine knows.
    static var timeZone: ValueSyntax {
        ValueSyntax(scalar: "the IANA name of a time zone, such as Europe/Berlin or UTC", write: { $0 }) {
            text throws(Refusal) in
            guard TimeZone(name: text) != nil else { throw Refusal("\(text.quoted) is no time zone") }
            return text
        }
    }
}

extension ValueSyntax where Value == MessageTemplate {
    /// The text of an automatic message.
    static var messageTemplate: ValueSyntax {
        ValueSyntax(scalar: "1 to 1000 characters, with {sender} and {receiver} for the names", write: \.text) {
            text throws(Refusal) in
            do {
                return try MessageTemplate(text)
            } catch let error as MsgError {
                throw Refusal(error.fields.first?.msg ?? error.message)
            } catch {
                throw Refusal("\(text.quoted) is no text of a message")
            }
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
