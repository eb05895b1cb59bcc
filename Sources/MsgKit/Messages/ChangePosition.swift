/// A place in the order of a store's changes; only the store that gave it reads it.
public struct ChangePosition: Sendable, Equatable, Codable {
    public var token: String

    public init(token: String) {
        self.token = token
    }
}
