import MsgKit

/// The JSON of a user without a pairing.
struct PlanLeftReport: Encodable {
    var id: User.ID
    var username: String
    var cause: LeftOut.Cause
    var until: PlanDate?

    init(_ left: LeftOut) {
        id = left.user.id
        username = left.user.username
        cause = left.cause
        until = left.until
    }
}
