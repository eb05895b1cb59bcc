/// What a write touched that somebody may be waiting for.
struct ChangeTopics: OptionSet, Sendable {
    let rawValue: UInt8

    static let messages = ChangeTopics(rawValue: 1)
    static let jobs = ChangeTopics(rawValue: 2)
    static let events = ChangeTopics(rawValue: 4)

    static let all: ChangeTopics = [.messages, .jobs, .events]
}
