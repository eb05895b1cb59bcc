import Foundation
import MsgKit
import MsgTestKit

@testable import MongoDBBackend

extension Fixtures {
    /// Ids as a process makes them, so that they are not those of another test's user.
    static func real() -> Fixtures { Fixtures(identifiers: ObjectIdentifierGenerator()) }
}

extension MongoDBBackend {
    func addUsers(_ count: Int, _ make: Fixtures, named name: String = "user") async throws -> [User] {
        var users: [User] = []
        for number in 0..<count {
            let user = make.user("\(name)_\(number)")
            try await self.users.insert(user)
            users.append(user)
        }
        return users
    }

    func addGroup(_ people: [User], _ make: Fixtures) async throws -> Conversation {
        let group = make.group(people.map(\.id))
        try await conversations.insertGroup(group)
        return group
    }

    /// Runs a body with a connection, whatever the schema.
    func raw<Value: Sendable>(_ body: @escaping @Sendable (MongoConnection) throws -> Value) async throws -> Value {
        try await database.maintain(body)
    }
}
