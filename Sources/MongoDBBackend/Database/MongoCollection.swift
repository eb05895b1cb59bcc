/// The collections of the system of record. The first four are those of the original, the others are ours.
enum MongoCollection: String, Sendable, CaseIterable {
    case users
    case conversations
    case messages
    case autoMessages = "automessages"
    case sessions
    case plans
    case planChunks = "planchunks"
    /// One document of each user who has excluded others.
    case userExclusions = "userexclusions"
    /// One document for each scheduled phase.
    case phaseRuns = "phaseruns"
    case workers
    /// One document of the schema, one of the store's identity, one that the health probe writes, and one that says whose
    /// turn it is to change what administrators change.
    case meta
}
