import MsgKit

/// What two people's direct conversation is unique by, whoever comes first.
struct DirectKey: Hashable, Sendable {
    let text: String

    /// Nil unless it is two different people.
    init?(_ participants: [User.ID]) {
        guard participants.count == 2, participants[0] != participants[1] else { return nil }
        text = participants.sorted().map(\.description).joined(separator: ":")
    }
}
