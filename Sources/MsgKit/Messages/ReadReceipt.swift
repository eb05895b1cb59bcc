import Foundation

/// That somebody has read a message.
public struct ReadReceipt: Sendable, Equatable, Codable {
    public var user: User.ID
    public var readAt: Date

    public init(user: User.ID, readAt: Date) {
        self.user = user
        self.readAt = readAt
    }
}
