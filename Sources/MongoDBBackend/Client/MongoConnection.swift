import CMongoC
import MsgKit

/// One client for the time of one call: on one thread, one command after the other, all before one deadline.
///
/// Every method blocks its thread, and throws ``ErrorCode/unavailable`` once the deadline has passed or when the
/// servers don't answer.
final class MongoConnection {
    let client: OpaquePointer
    let database: String
    let deadline: ContinuousClock.Instant
    private let writeConcern: BSONDocument
    private let damaged: DamagedRecords

    init(client: OpaquePointer, uri: MongoURI, deadline: ContinuousClock.Instant, damaged: DamagedRecords) {
        self.client = client
        self.damaged = damaged
        database = uri.database
        writeConcern = uri.writeConcern
        self.deadline = deadline
    }

    private init(_ other: MongoConnection, deadline: ContinuousClock.Instant) {
        client = other.client
        database = other.database
        writeConcern = other.writeConcern
        damaged = other.damaged
        self.deadline = deadline
    }

    /// The same with another deadline.
    func until(_ deadline: ContinuousClock.Instant) -> MongoConnection { MongoConnection(self, deadline: deadline) }

    /// What can be read of some documents; the others are named in the log, each once.
    func readable<Value>(
        _ documents: some Sequence<BSONDocument>, _ read: (BSONDocument) throws -> Value
    ) throws -> [Value] {
        try damaged.readable(documents, read)
    }

    /// Milliseconds left, at least 1.
    func timeLeft() throws -> Int32 {
        let left = (deadline - .now).wholeMilliseconds
        guard left > 0 else { throw MsgError.late }
        return Int32(clamping: left)
    }

    /// The options of a write: its concern, with the time that is left as its limit.
    /// - Parameter isFollowed: whether another write of the same work is waited for, by which this one is as durable:
    ///   the journal and the members of a set have them in their order.
    func writeOptions(isFollowed: Bool = false) throws -> BSONDocument {
        let concern: BSONDocument = isFollowed ? ["w": 1, "j": false] : writeConcern
        return ["writeConcern": .document(concern.appending("wtimeout", .int32(try timeLeft())))]
    }

    /// Runs the body with the library's handle of a collection.
    func withCollection<Value>(_ collection: MongoCollection, _ body: (OpaquePointer) throws -> Value) throws -> Value {
        guard let handle = mongoc_client_get_collection(client, database, collection.rawValue) else {
            throw MsgError(.internalError, "Something went wrong on the server.")
        }
        defer { mongoc_collection_destroy(handle) }
        return try body(handle)
    }

    /// Runs a command and returns the answer.
    /// - Parameters:
    ///   - isWrite: whether it goes with the write concern.
    ///   - isLocal: whether it goes with the read concern `local`, as some commands know no other.
    ///   - database: nil for the store's own.
    func run(
        _ command: BSONDocument, isWrite: Bool = false, isLocal: Bool = false, on database: String? = nil
    ) throws -> BSONDocument {
        var command = command
        if !isWrite { command.append("maxTimeMS", .int32(try timeLeft())) }
        var options = isWrite ? try writeOptions() : [:]
        if isLocal { options.append("readConcern", ["level": "local"]) }
        let database = database ?? self.database
        return try withReply { reply, error in
            try command.withBSON { command in
                try options.withBSON { options in
                    isWrite
                        ? mongoc_client_write_command_with_opts(client, database, command, options, reply, error)
                        : mongoc_client_read_command_with_opts(client, database, command, nil, options, reply, error)
                }
            }
        }
    }

    /// Makes a call of the library that fills in an answer.
    /// - Throws: what the library reported when the call says that it failed.
    func withReply(
        _ call: (OpaquePointer, UnsafeMutablePointer<bson_error_t>) throws -> Bool
    ) throws -> BSONDocument {
        let (isDone, reply, failure) = try withOutcome(call)
        guard isDone else { throw MsgError(failure) }
        return reply
    }

    /// Makes a call of the library that fills in an answer, and returns it with what the library reported.
    func withOutcome(
        _ call: (OpaquePointer, UnsafeMutablePointer<bson_error_t>) throws -> Bool
    ) throws -> (isDone: Bool, reply: BSONDocument, failure: MongoFailure) {
        // Swift does not know the size and alignment of a `bson_t`, which in C are both 128.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
        let reply = OpaquePointer(memory)
        bson_init(reply)
        defer {
            bson_destroy(reply)
            memory.deallocate()
        }
        var error = bson_error_t()
        let isDone = try call(reply, &error)
        return (isDone, try BSONDecoder.decode(reply), MongoFailure(error))
    }
}
