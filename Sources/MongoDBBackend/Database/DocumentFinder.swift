import MsgKit

/// Finds documents by their ids. What several callers look for at once is one query.
///
/// Every query begins after the calls that it answers, so each sees what was stored before it was made.
struct DocumentFinder<Entity: Sendable>: Sendable {
    typealias ID = Identifier<Entity>

    private let batcher: Batcher<[ID], [ID: BSONDocument]>

    init(_ database: MongoDatabase, in collection: MongoCollection) {
        batcher = Batcher(
            database,
            limits: .init(batch: 2_000, waiting: database.options.maximumWaiting, flushers: 2), weight: \.count
        ) { connection, requests in
            let wanted = Set(requests.joined())
            guard !wanted.isEmpty else { return requests.map { _ in .success([:]) } }
            let found = try connection.find(in: collection, ["_id": ["$in": .ids(wanted)]])
            var byID: [ID: BSONDocument] = [:]
            for document in found {
                if let id = document["_id"]?.identifier(of: Entity.self) { byID[id] = document }
            }
            return requests.map { ids in
                .success(Dictionary(ids.compactMap { id in byID[id].map { (id, $0) } }) { first, _ in first })
            }
        }
    }

    /// The document with an id; nil when there is none.
    func document(_ id: ID) async throws -> BSONDocument? {
        try await batcher.submit([id])[id]
    }

    /// The documents that there are, by their ids.
    func documents(_ ids: [ID]) async throws -> [ID: BSONDocument] {
        ids.isEmpty ? [:] : try await batcher.submit(ids)
    }
}
