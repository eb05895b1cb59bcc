import Foundation

/// Which users have a socket open on which node. A node that does not renew in time counts for nothing, so that a
/// killed one leaves no ghosts.
public protocol PresenceStore: Sendable {
    /// Announces a node, or says that it is still there, until an instant.
    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws

    /// Takes a node and all that it announced away, and sets `lastSeen` of those who were only there; returns them.
    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID]

    /// Notes that a user has sockets on a node; true when they had none on any node before.
    func connected(_ user: User.ID, on node: NodeID, at instant: Date) async throws -> Bool

    /// Notes that a user has no socket on a node any more, and sets `lastSeen`; true when they have none on any node now.
    func disconnected(_ user: User.ID, from node: NodeID, at instant: Date) async throws -> Bool

    /// Those who are online, by username without regard to letter case, at most `limit`, and how many there are in all.
    func online(limit: Int, at instant: Date) async throws -> (users: [UserReference], total: Int)
}
