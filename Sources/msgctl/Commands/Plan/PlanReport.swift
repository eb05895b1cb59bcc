import Foundation
import MsgKit

/// The JSON of `plan-pairings`, as docs/cli-json.md describes it.
struct PlanReport: Encodable {
    struct Member: Encodable {
        var id: User.ID
        var username: String

        init(_ user: PlanCandidate) {
            id = user.id
            username = user.username
        }
    }

    struct Message: Encodable {
        var senderId: User.ID
        var receiverId: User.ID
        var sendDate: Date
        var content: String
    }

    struct Pair: Encodable {
        var number: Int
        var reason: PairingReason
        var members: [Member]
        var messages: [Message]
    }

    struct Left: Encodable {
        var id: User.ID
        var username: String
        var cause: LeftOut.Cause
    }

    var status: PlanResult.Status
    var date: PlanDate
    var pool: String
    var seed: UInt64
    var users: Int
    var pairings: Int
    var messages: Int
    var leftOut: Int
    var dryRun: Bool
    /// This and the next four only of a plan that this run drew.
    var exchanged: Int?
    var repeated: Int?
    var late: Int?
    var nextDay: Int?
    var causes: [String: Int]?
    /// This and the next only of a dry run.
    var pairs: [Pair]?
    var left: [Left]?

    init(_ result: PlanResult, isDryRun: Bool) {
        status = result.status
        date = result.plan.date
        pool = result.plan.pool
        seed = result.plan.seed
        users = result.plan.figures.users
        pairings = result.plan.figures.pairings
        messages = result.plan.figures.messages
        leftOut = result.plan.figures.leftOut
        dryRun = isDryRun
        guard let draft = result.draft else { return }
        let notes = draft.notes
        exchanged = notes.exchanged
        repeated = notes.repeated
        late = notes.late
        nextDay = notes.nextDay
        causes = Dictionary(uniqueKeysWithValues: notes.causes.map { ($0.key.rawValue, $0.value) })
        guard isDryRun else { return }
        pairs = draft.pairings.indices.map { Self.pair($0, of: draft) }
        left = draft.leftOut.map { Left(id: $0.user.id, username: $0.user.username, cause: $0.cause) }
    }

    private static func pair(_ number: Int, of draft: PlanDraft) -> Pair {
        Pair(
            number: number, reason: draft.pairings[number].reason,
            members: draft.pairings[number].members.map(Member.init),
            messages: draft.messages(of: number).map {
                Message(
                    senderId: $0.sender.id, receiverId: $0.receiver.id, sendDate: $0.sendDate, content: $0.content)
            })
    }
}
