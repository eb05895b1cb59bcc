import Foundation

/// Which users have a socket open on which node. A node that does not renew in time counts for nothing, so that a
/// killed one leaves no ghosts.
public protocol PresenceStore: Sendable {
    /// Announces a node, or says that it is still there, until an instant. False when nothing is known of the node: it
    /// is new, it was swept after it expired, or the engine has lost what it held; all its users are to be connected
    /// (again) then.
    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws -> Bool

    /// Takes a node and all that it announced away; returns the users who are on no other node.
    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID]

    /// Notes that a user has sockets on a node; true when they had none on any node before.
    func connected(_ user: User.ID, on node: NodeID, at instant: Date) async throws -> Bool

    /// Notes that a user has no socket on a node any more; true when they have none on any node now.
    func disconnected(_ user: User.ID, from node: NodeID, at instant: Date) async throws -> Bool

    /// Takes the nodes away that have expired, with what they announced; returns the users who are on no other node, at
    /// most 1,000 a call, each in the answer of one call only, of however many callers.
    func sweep(at instant: Date) async throws -> [User.ID]

    /// Those of the users who are online. At most 10,000 ids a call.
    func online(among users: [User.ID], at instant: Date) async throws -> Set<User.ID>

    /// Those who are online, in no order, at most `limit`, and how many there are in all.
    func online(limit: Int, at instant: Date) async throws -> (users: [User.ID], total: Int)
}
