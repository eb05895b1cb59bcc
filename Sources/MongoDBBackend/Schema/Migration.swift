/// One numbered step of the schema. It changes nothing that the original reads, may be done again, and may be done by
/// several processes at once.
struct Migration: Sendable {
    var version: Int
    var name: String
    /// Made before the documents are changed, so that what is unique is so while others write.
    var indexes: [MongoIndex]
    /// Adds to the documents what they lack.
    var complete: @Sendable (MigrationRun) throws -> Void
}

extension Migration {
    /// Every step in order.
    static let all: [Migration] = [
        Migration(version: 1, name: "accounts", indexes: MongoIndex.accounts) { try $0.completeUsers() },
        Migration(version: 2, name: "conversations", indexes: MongoIndex.conversations) {
            try $0.completeConversations()
        },
        Migration(version: 3, name: "messages", indexes: MongoIndex.messages) { try $0.completeMessages() },
        Migration(version: 4, name: "pipeline", indexes: MongoIndex.pipeline) { try $0.completeAutoMessages() },
        Migration(version: 5, name: "plan-chunks", indexes: MongoIndex.planChunks) { try $0.removePlanMembers() },
        // Users without a pool are in the default one: nothing is filled in.
        Migration(version: 6, name: "people's wishes", indexes: MongoIndex.wishes) { _ in },
        // Found by their ids; a program that knows nothing of them must not run beside one that does.
        Migration(version: 7, name: "phase-runs", indexes: []) { _ in },
        Migration(version: 8, name: "workers", indexes: MongoIndex.workers) { _ in },
        Migration(version: 9, name: "silent-messages", indexes: MongoIndex.silentMessages) { _ in },
    ]

    /// The schema this program works with.
    static var currentVersion: Int { all.last?.version ?? 0 }
}
