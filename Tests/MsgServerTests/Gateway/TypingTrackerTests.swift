import Logging
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct TypingTrackerTests {
    private let rooms = RecordingRooms()
    private let clock = FakeClock()
    private let ada = UserReference(id: User.ID(high: 0, low: 1), username: "ada", avatar: nil)
    private let conversation = Conversation.ID(high: 1, low: 1)

    private func tracker(_ timeout: Duration = .seconds(60)) -> TypingTracker {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return TypingTracker(
            timeout: timeout, realtime: RealtimePublisher(local: rooms, bus: RecordingBus(), logger: logger),
            clock: clock)
    }

    private var events: [String] { rooms.emissions.map(\.event) }

    @Test func theOthersAreToldOfTheStartAndTheStop() async throws {
        let tracker = tracker()
        try await tracker.start(ada, in: conversation, socket: "s")
        await tracker.stop(ada, in: conversation, socket: "s")
        let room = "conversation:\(conversation) except user:\(ada.id)"
        #expect(rooms.commands.map(\.summary) == ["user_typing to \(room)", "user_stop_typing to \(room)"])
        #expect(rooms.emissions[0].arguments[0].contains(#""username":"ada""#))
    }

    @Test func aStopWithoutAStartIsNothing() async throws {
        let tracker = tracker()
        await tracker.stop(ada, in: conversation, socket: "s")
        try await tracker.start(ada, in: conversation, socket: "s")
        await tracker.stop(ada, in: conversation, socket: "another")
        #expect(events == ["user_typing"])
        await tracker.stop(ada, in: conversation, socket: "s")
        await tracker.stop(ada, in: conversation, socket: "s")
        #expect(events == ["user_typing", "user_stop_typing"])
    }

    @Test func itStopsByItself() async throws {
        try await tracker(.milliseconds(20)).start(ada, in: conversation, socket: "s")
        try await rooms.journal.wait(for: 2)
        #expect(events == ["user_typing", "user_stop_typing"])
    }

    @Test func aSocketThatGoesStopsEverywhere() async throws {
        let tracker = tracker()
        for number in UInt32(0)..<3 {
            try await tracker.start(ada, in: Conversation.ID(high: 1, low: number), socket: "s")
        }
        try await tracker.start(ada, in: conversation, socket: "other")
        await tracker.stopAll(ada, socket: "s")
        #expect(events.filter { $0 == "user_stop_typing" }.count == 3)
        await tracker.stopAll(ada, socket: "s")
        #expect(events.count == 7)
    }

    @Test func oneSocketWritesInBoundedlyManyConversations() async throws {
        let tracker = tracker()
        let limit = TypingTracker.maximumPerSocket
        for number in 0..<limit {
            try await tracker.start(ada, in: Conversation.ID(high: 1, low: UInt32(number)), socket: "s")
        }
        let one = Conversation.ID(high: 1, low: 0)
        await expect(.rateLimited) { try await tracker.start(ada, in: Conversation.ID(high: 2, low: 0), socket: "s") }
        // Where it writes already it may go on, and where it stopped there is room.
        try await tracker.start(ada, in: one, socket: "s")
        await tracker.stop(ada, in: one, socket: "s")
        try await tracker.start(ada, in: Conversation.ID(high: 2, low: 0), socket: "s")
        #expect(events.count == limit + 3)
    }
}
