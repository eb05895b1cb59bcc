import CMongoC
import MsgKit
import Synchronization

/// The connections, one for each thread that asks for one, and the library's watch over the servers behind them.
///
/// Nothing is connected before the first call, so that the process opens while the servers are away.
final class MongoClients: Sendable {
    /// Unchecked because it holds a pointer: the library's pool is made to be used by many threads.
    private struct Pool: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    let uri: MongoURI
    /// What the servers say of themselves; outlives the pool, which writes to it.
    private let sightings: SetSightings
    private let size: Int
    private let pool = Mutex<Pool?>(nil)

    init(uri: MongoURI, size: Int, sightings: SetSightings) {
        self.sightings = sightings
        self.uri = uri
        self.size = size
    }

    deinit {
        if let pool = pool.withLock({ $0 }) { mongoc_client_pool_destroy(pool.pointer) }
    }

    /// Runs the body with a client of its own.
    func withClient<Value>(_ body: (OpaquePointer) throws -> Value) throws -> Value {
        let pool = try opened()
        guard let client = mongoc_client_pool_pop(pool.pointer) else {
            throw MsgError(.unavailable, "The database can't be reached; try again later.")
        }
        defer { mongoc_client_pool_push(pool.pointer, client) }
        return try body(client)
    }

    private func opened() throws -> Pool {
        try pool.withLock { pool in
            if let pool { return pool }
            // A name of mongodb+srv is looked up here, so this may fail and is tried again at the next call.
            var error = bson_error_t()
            guard let made = mongoc_client_pool_new_with_error(uri.pointer, &error) else {
                throw MsgError(MongoFailure(error))
            }
            mongoc_client_pool_set_error_api(made, MONGOC_ERROR_API_VERSION_2)
            mongoc_client_pool_max_size(made, UInt32(size))
            sightings.watch(made)
            let opened = Pool(pointer: made)
            pool = opened
            return opened
        }
    }
}
