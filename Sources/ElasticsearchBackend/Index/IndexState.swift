import MsgKit

/// What is known about the indexes, beside them: one document, each write of which follows the state before it.
struct IndexState: Codable, Equatable, Sendable {
    /// Somebody takes in changes.
    struct Claim: Codable, Equatable, Sendable {
        var owner: String
        /// A new one for each claim.
        var token: String
    }

    /// An index that was begun beside the live one.
    struct Building: Codable, Equatable, Sendable {
        var index: String
        var format: Int
        /// The position that it will contain every change up to.
        var position: ChangePosition?
    }

    /// The format of the live index.
    var format: Int
    /// The live index. The alias follows it: it points here, or somebody is about to let it.
    var live: String
    /// The position of the newest change that the live index is known to hold.
    var position: ChangePosition?
    var claim: Claim?
    var building: Building?
    /// Another one for each write, by which a writer that got no answer knows its own.
    var stamp = ""
}
