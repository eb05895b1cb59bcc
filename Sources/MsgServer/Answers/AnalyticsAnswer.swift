import MsgKit

/// The days of a span with how many messages each had.
struct AnalyticsDaysAnswer: Encodable, Sendable {
    var timeZone: String
    var days: [DayCount]
}

/// Who wrote most, and where most was written.
struct AnalyticsTopAnswer: Encodable, Sendable {
    struct Sender: Encodable, Sendable {
        var id: User.ID
        @Nullable var username: String?
        var messages: Int
    }

    struct Place: Encodable, Sendable {
        var id: Conversation.ID
        var messages: Int
    }

    var users: [Sender]
    var conversations: [Place]

    init(_ listing: TopListing) {
        users = listing.users.map {
            Sender(id: $0.id, username: $0.user?.username, messages: $0.messages)
        }
        conversations = listing.conversations.map { Place(id: $0.id, messages: $0.messages) }
    }
}
