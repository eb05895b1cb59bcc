import MsgKit

/// How far an index that is built beside the live one has got. What a bulk request that failed half-way wrote is not
/// counted, so that whoever goes on leaves nothing out.
struct BuildProgress: Codable, Equatable, Sendable {
    /// Every message up to this one is in the index.
    var last: Message.ID?
    var count = 0
}
