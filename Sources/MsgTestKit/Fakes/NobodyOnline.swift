import Foundation
import MsgKit

/// Presence where nobody ever connects, for what has no sockets.
struct NobodyOnline: PresenceStore {
    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws -> Bool { false }
    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID] { [] }
    func connected(_ user: User.ID, on node: NodeID, at instant: Date) async throws -> Bool { false }
    func disconnected(_ user: User.ID, from node: NodeID, at instant: Date) async throws -> Bool { false }
    func sweep(at instant: Date) async throws -> [User.ID] { [] }
    func online(among users: [User.ID], at instant: Date) async throws -> Set<User.ID> { [] }
    func online(limit: Int, at instant: Date) async throws -> (users: [User.ID], total: Int) { ([], 0) }
}
