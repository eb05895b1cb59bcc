import Foundation

/// What users may change of their own account.
public struct ProfileChange: Sendable, Equatable {
    public var username: Username?
    /// `.some(nil)` removes it.
    public var avatar: String??
    public var autoMessages: Bool?
    /// `.some(nil)` makes it unknown again.
    public var timeZone: String??
    /// `.some(nil)` ends the pause.
    public var pausedUntil: PlanDate??
    /// `.some(nil)` makes the pool's number hold again.
    public var weeklyLimit: Int??

    public init(
        username: Username? = nil, avatar: String?? = nil, autoMessages: Bool? = nil, timeZone: String?? = nil,
        pausedUntil: PlanDate?? = nil, weeklyLimit: Int?? = nil
    ) {
        self.username = username
        self.avatar = avatar
        self.autoMessages = autoMessages
        self.timeZone = timeZone
        self.pausedUntil = pausedUntil
        self.weeklyLimit = weeklyLimit
    }

    /// An absolute `http` or `https` URL of at most 2,048 bytes.
    /// - Throws: ``ErrorCode/validationFailed`` on `avatar`.
    public static func validAvatar(_ text: String) throws -> String {
        guard text.utf8.count <= 2048, let url = URL(string: text, encodingInvalidCharacters: false),
            url.scheme == "https" || url.scheme == "http", url.host()?.isEmpty == false
        else { throw MsgError.invalid("avatar", "avatar must be an http or https URL of at most 2048 bytes.") }
        return text
    }

    /// The first day after a pause.
    /// - Throws: ``ErrorCode/validationFailed`` on `pausedUntil`.
    public static func validPause(_ text: String) throws -> PlanDate {
        guard let date = PlanDate(text) else {
            throw MsgError.invalid("pausedUntil", "pausedUntil must be a date, such as 2026-01-31.")
        }
        return date
    }

    /// A name of the IANA time zone database.
    /// - Throws: ``ErrorCode/validationFailed`` on `timezone`.
    public static func validTimeZone(_ text: String) throws -> String {
        guard TimeZone(name: text) != nil else {
            throw MsgError.invalid("timezone", "timezone must be an IANA name, such as Europe/Istanbul.")
        }
        return text
    }
}
