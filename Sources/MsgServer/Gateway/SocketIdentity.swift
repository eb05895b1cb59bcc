import Foundation
import MsgKit

/// Who a socket acts for, kept with it.
struct SocketIdentity: Sendable {
    var principal: Principal
    /// When its access token expires.
    var expiresAt: Date
}
