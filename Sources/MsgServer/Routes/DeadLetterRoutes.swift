import HTTPTypes
import MsgKit

/// `/api/admin/dead-letters`: messages that were given up, for administrators.
struct DeadLetterRoutes: Sendable {
    /// Ids that one call names at most.
    private static let maximumIDs = 1000

    let deadLetters: DeadLetterService
    let audit: AuditLog

    var routes: [Route] {
        [
            Route(.get, "/api/admin/dead-letters", for: .admin, takesQuery: true) { request, _ in
                var query = try request.query()
                var filter = Self.filter(&query)
                let isUnreadable = query.bool("unreadable")
                filter.kind = isUnreadable.map { $0 ? .unreadable : .job }
                let page = query.page(defaultLimit: 50, maximumLimit: 100)
                try query.finish()
                let found = try await deadLetters.list(matching: filter, page: page)
                return APIAnswer("Dead letters.", DataAnswer(DeadLettersAnswer(found)))
            },
            Route(.post, "/api/admin/dead-letters/replay", for: .admin, handler: replay),
        ]
    }

    private func replay(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var body = try await request.body()
        var filter = Self.filter(&body)
        let ids = body.identifiers("ids", of: Message.self, atMost: Self.maximumIDs)
        if let ids, ids.isEmpty { body.complain("ids", "ids must name at least one message.") }
        filter.ids = ids.map { Set($0) }
        let isAll = body.bool("all") ?? false
        // Half a body must not mean everything.
        if isAll != (filter == .everything) {
            body.complain(
                "all", "Say which by ids or conditions; or send all: true, and nothing else, for all there are.")
        }
        try body.finish()
        let absent = try await deadLetters.absent(from: filter)
        let count = try await deadLetters.replay(matching: filter, by: AuditActor(principal), audit)
        return APIAnswer(
            "\(count) messages are in the queue again.", DataAnswer(ReplayAnswer(replayed: count, absent: absent)))
    }

    /// The conditions that a listing and a replay share.
    private static func filter(_ fields: inout FieldReader) -> DeadLetterFilter {
        let reason = fields.string("reason")
        fields.requireText("reason", reason, atMost: 200)
        let (since, before) = (fields.date("since"), fields.date("before"))
        if let since, let before, since >= before {
            fields.complain("since", "since has to lie before before; nothing is between the two.")
        }
        return DeadLetterFilter(
            reason: reason, since: since, before: before, sender: fields.identifier("sender", of: User.self),
            receiver: fields.identifier("receiver", of: User.self),
            conversation: fields.identifier("conversationId", of: Conversation.self))
    }
}
