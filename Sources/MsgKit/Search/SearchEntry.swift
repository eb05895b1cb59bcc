import Foundation

/// What an index knows of a message, for comparing it with the store.
public struct SearchEntry: Sendable, Equatable {
    public var id: Message.ID
    public var updatedAt: Date

    public init(id: Message.ID, updatedAt: Date) {
        self.id = id
        self.updatedAt = updatedAt
    }
}
