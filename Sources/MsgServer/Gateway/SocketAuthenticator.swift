import Foundation
import HTTPTypes
import Logging
import MsgKit
import SocketIO

/// Lets sockets in: checks their token and has them join the rooms of their user.
struct SocketAuthenticator: Sendable {
    private struct Auth: Decodable {
        var token: String?
    }

    let accounts: AccountService
    let conversations: ConversationService
    let logger: Logger

    /// The namespace's middleware.
    /// - Throws: `ConnectError`; its message begins `Authentication error:` when the token is why.
    func admit(_ socket: Socket) async throws {
        do {
            let token = try Self.token(of: socket.handshake)
            let identity = try await identify(token)
            socket.setData(identity)
            await socket.join(
                Room.user(identity.principal.id).rawValue, Room.session(identity.principal.session).rawValue)
            // A log-out or a new role between the check and the join would have found no socket to close.
            socket.setData(try await identify(token))
            try await joinConversations(of: identity.principal.id, socket)
        } catch {
            let known = MsgError(wrapping: error)
            logger.log(
                level: known.code.logLevel, "a socket was refused",
                metadata: ["code": "\(known.code.rawValue)", "error": "\(String(reflecting: known))"])
            throw try Self.refusal(known)
        }
    }

    /// What the client of a refused socket is told: only for its token does it need another one; of anything else, such as a store
    /// that is away, it need only try again.
    /// - Throws: what encoding the code throws.
    static func refusal(_ error: MsgError) throws -> ConnectError {
        let told = error.forClients
        let reason = told.code.httpStatus == 401 ? "Authentication error: " : ""
        return try ConnectError(message: reason + told.message, data: ["code": told.code.rawValue])
    }

    /// Who a token speaks for.
    func identify(_ token: String) async throws -> SocketIdentity {
        let (principal, expiresAt) = try await accounts.authenticate(token)
        return SocketIdentity(principal: principal, expiresAt: expiresAt)
    }

    /// Joins first what is read first, then leaves what a second reading lacks: who was taken out of a conversation
    /// between the reading and the join would otherwise stay in its room.
    private func joinConversations(of user: User.ID, _ socket: Socket) async throws {
        let before = try await conversations.identifiers(for: user)
        guard !before.isEmpty else { return }
        await socket.join(before.map { Room.conversation($0).rawValue })
        let gone = Set(before).subtracting(try await conversations.identifiers(for: user))
        if !gone.isEmpty { await socket.leave(gone.map { Room.conversation($0).rawValue }) }
    }

    /// `auth.token`, with or without `Bearer`, or else the `Authorization` header.
    private static func token(of handshake: Handshake) throws -> String {
        if handshake.auth != nil {
            guard let auth = try? handshake.decodeAuth(Auth.self) else {
                throw MsgError(.invalidToken, "auth.token must be a string: Bearer <access token>.")
            }
            if let token = auth.token { return APIRequest.bearerToken(token) ?? token }
        }
        guard let token = APIRequest.bearerToken(handshake.headers[.authorization]) else {
            throw MsgError(.authenticationRequired, "no token; connect with auth: {token: \"Bearer <access token>\"}.")
        }
        return token
    }
}
