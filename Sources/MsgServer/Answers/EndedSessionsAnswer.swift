/// How many sessions were ended.
struct EndedSessionsAnswer: Encodable, Sendable {
    var ended: Int
}
