import Foundation
import MsgKit

/// Accounts in MongoDB.
struct MongoUserStore: UserStore {
    let database: MongoDatabase
    let finder: DocumentFinder<User>

    func insert(_ user: User) async throws {
        try await database.perform { connection in
            let outcome = try connection.insert([user.document], into: .users, trustsDuplicates: true)
            guard !outcome.duplicates.isEmpty else { return }
            if try Self.isTaken(connection, "usernameKey", user.username) { throw Self.usernameTaken }
            if try Self.isTaken(connection, "emailKey", user.email) {
                throw MsgError(.emailTaken, "This email address is registered already.")
            }
            throw MsgError(.conflict, "There is a user with this id already.")
        }
    }

    func user(_ id: User.ID) async throws -> User? {
        try await finder.document(id).map { try User($0) }
    }

    func user(email: String) async throws -> User? {
        try await user(with: "emailKey", User.key(email)) { User.key($0.email) }
    }

    func user(username: String) async throws -> User? {
        try await user(with: "usernameKey", User.key(username)) { User.key($0.username) }
    }

    func users(_ ids: [User.ID]) async throws -> [User] {
        try database.damaged.readable(try await finder.documents(ids).values) { try User($0) }
    }

    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        // No name holds what a pattern can't.
        if filter.query?.utf8.contains(0) == true { return Page(items: [], request: page, total: 0) }
        return try await database.perform { connection in
            let (condition, hint) = Self.condition(filter)
            let total = try connection.count(.users, condition, hint: hint)
            guard total > page.offset else { return Page(items: [], request: page, total: total) }
            let found = try connection.find(
                in: .users, condition,
                FindOptions(
                    sort: ["usernameKey": 1, "_id": 1], limit: page.limit, skip: page.offset, hint: hint))
            return Page(items: try connection.readable(found) { try User($0) }, request: page, total: total)
        }
    }

    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        switch change.condition {
        case .none: try await database.perform { try Self.update(id, change, at: instant, $0) }
        case .passwordHash(let hash):
            try await database.perform { connection in
                let changed = try Self.update(id, change, at: instant, where: ["password": .string(hash)], connection)
                guard changed == nil, try Self.exists(id, connection) else { return changed }
                throw UserChange.Condition.unmet
            }
        case .administrator(let administrator):
            try await AdministrationTurn(database: database).perform { connection, turn in
                guard try Self.isAdministrator(administrator, connection) else {
                    guard try Self.exists(id, connection) else { return nil }
                    throw UserChange.Condition.unmet
                }
                let changed = try Self.update(id, change, at: instant, where: turn.isNotOver, connection)
                guard changed == nil, try Self.exists(id, connection) else { return changed }
                throw AdministrationTurn.isTaken
            }
        }
    }

    /// - Parameter condition: what the account has to fulfil besides, in the same step.
    private static func update(
        _ id: User.ID, _ change: UserChange, at instant: Date, where condition: BSONDocument = [:],
        _ connection: MongoConnection
    ) throws -> User? {
        do {
            let filter = BSONDocument([.init(key: "_id", value: .id(id))] + condition.fields)
            return try connection.findAndUpdate(in: .users, filter, operators(change, at: instant)).map {
                try User($0)
            }
        } catch let error as MsgError where error.isDuplicateKey {
            throw usernameTaken
        }
    }

    private static func exists(_ id: User.ID, _ connection: MongoConnection) throws -> Bool {
        try connection.first(in: .users, ["_id": .id(id)], projection: ["_id": 1], isLocal: true) != nil
    }

    /// Asks for what is newest, be it confirmed by other members or not: an older answer could be of one who is none
    /// any more.
    private static func isAdministrator(_ id: User.ID, _ connection: MongoConnection) throws -> Bool {
        try connection.first(
            in: .users,
            ["_id": .id(id), "role": .string(UserRole.admin.rawValue), "isActive": ["$ne": false]],
            projection: ["_id": 1], isLocal: true) != nil
    }

    func markSeen(_ ids: [User.ID], at instant: Date) async throws {
        guard !ids.isEmpty else { return }
        try await database.perform { connection in
            _ = try connection.updateMany(
                in: .users, ["_id": ["$in": .ids(ids)]], ["$max": ["lastSeen": .date(instant)]])
        }
    }

    private static var usernameTaken: MsgError { MsgError(.usernameTaken, "This username is taken.") }

    /// The user with a key. A key that migration gave to tell two apart is nobody's name.
    private func user(
        with field: String, _ key: String, _ name: @escaping @Sendable (User) -> String
    ) async throws -> User? {
        guard !key.isEmpty else { return nil }
        return try await database.perform { connection in
            try connection.first(in: .users, [field: .string(key)]).map { try User($0) }.flatMap {
                name($0) == key ? $0 : nil
            }
        }
    }

    private static func isTaken(
        _ connection: MongoConnection, _ key: String, _ text: String
    ) throws -> Bool {
        try connection.first(in: .users, [key: .string(User.key(text))], projection: ["_id": 1]) != nil
    }

    /// What a listing's users fulfil, and the index to go by: that of the order, unless only a set is wanted.
    private static func condition(_ filter: UserFilter) -> (condition: BSONDocument, hint: String) {
        var condition: BSONDocument = [:]
        var hint = MongoIndex.listing
        if let isActive = filter.isActive { condition.append("isActive", isActive ? ["$ne": false] : false) }
        if let query = filter.query, !query.isEmpty {
            condition.append("usernameKey", .part(User.key(query)))
        } else {
            // Says nothing, but makes the server look at the index's keys alone where it is not asked for more.
            condition.append("usernameKey", ["$gte": .minimumKey])
        }
        switch filter.membership {
        case .among(let ids)?:
            condition.append("_id", ["$in": .ids(ids)])
            hint = "_id_"
        case .notAmong(let ids)?: condition.append("_id", ["$nin": .ids(ids)])
        case nil: break
        }
        return (condition, hint)
    }

    private static func operators(_ change: UserChange, at instant: Date) -> BSON {
        var set: BSONDocument = ["updatedAt": .date(instant)]
        var unset: BSONDocument = [:]
        if let name = change.username {
            set.append("username", .string(name))
            set.append("usernameKey", .string(User.key(name)))
        }
        if let avatar = change.avatar { set.append("avatar", .optional(avatar) { .string($0) }) }
        set.append("password", change.passwordHash) { .string($0) }
        set.append("role", change.role) { .string($0.rawValue) }
        set.append("isActive", change.isActive) { .bool($0) }
        set.append("autoMessages", change.autoMessages) { .bool($0) }
        set.append("pool", change.pool) { .string($0) }
        func setOrRemove<Value>(_ key: String, _ value: Value??, _ make: (Value) -> BSON) {
            switch value {
            case .some(let value?): set.append(key, make(value))
            case .some(nil): unset.append(key, "")
            case nil: break
            }
        }
        setOrRemove("timezone", change.timeZone) { .string($0) }
        setOrRemove("pausedUntil", change.pausedUntil) { .string($0.description) }
        setOrRemove("weeklyLimit", change.weeklyLimit) { .int32(Int32(clamping: $0)) }
        var operators: BSONDocument = ["$set": .document(set)]
        if !unset.fields.isEmpty { operators.append("$unset", .document(unset)) }
        return .document(operators)
    }
}

extension MsgError {
    /// Whether it is a server's complaint of a key that is there already.
    var isDuplicateKey: Bool { (cause as? MongoFailure)?.isDuplicateKey ?? false }
}
