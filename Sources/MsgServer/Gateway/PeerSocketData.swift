import Foundation
import MsgKit
import SocketIO

/// Whose socket it is, as servers of another make are told; empty while that is not known.
struct PeerSocketData: Encodable {
    private var userId: User.ID?
    private var username: String?
    private var role: UserRole?

    init(_ socket: Socket) {
        let principal = socket.data(as: SocketIdentity.self)?.principal
        userId = principal?.id
        username = principal?.user.username
        role = principal?.role
    }

    /// An object, be it an empty one: JavaScript's servers read its members unguarded.
    var json: String {
        guard let data = try? JSONEncoder.msgctl().encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
