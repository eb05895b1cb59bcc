import Foundation
import MsgKit
import MsgTestKit
import Synchronization
import Testing

struct AnalyticsServiceTests {
    /// Notes what it is asked for.
    private final class Analytics: MessageAnalytics {
        let spans = Mutex<[Range<Date>]>([])
        let days: [DayCount]
        let users: [AnalyticsTop.Entry<User>]

        init(days: [DayCount] = [], users: [AnalyticsTop.Entry<User>] = []) {
            self.days = days
            self.users = users
        }

        func summary(from: Date, to: Date) async throws -> AnalyticsSummary {
            spans.withLock { $0.append(from..<to) }
            return AnalyticsSummary(messages: 4, automatic: 1, senders: 2, conversations: 3)
        }

        func messagesPerDay(from: Date, to: Date, timeZone: TimeZone) async throws -> [DayCount] { days }

        func top(from: Date, to: Date, limit: Int) async throws -> AnalyticsTop {
            AnalyticsTop(users: users, conversations: [])
        }
    }

    private struct Users: UserStore {
        var known: [User]

        func insert(_ user: User) async throws {}
        func user(_ id: User.ID) async throws -> User? { nil }
        func user(email: String) async throws -> User? { nil }
        func user(username: String) async throws -> User? { nil }
        func users(_ ids: [User.ID]) async throws -> [User] { known.filter { ids.contains($0.id) } }
        func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
            Page(items: [], request: page, total: 0)
        }
        func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? { nil }
        func markSeen(_ ids: [User.ID], at instant: Date) async throws {}
    }

    private let make = Fixtures()
    private let clock = FakeClock()

    private func service(_ analytics: Analytics, users: [User] = []) -> AnalyticsService {
        AnalyticsService(analytics: analytics, users: Users(known: users), clock: clock)
    }

    private func principal(_ role: UserRole = .admin) -> Principal {
        Principal(user: make.user("someone").reference, role: role, session: make.id())
    }

    @Test(arguments: [UserRole.user, .moderator])
    func onlyAdministratorsAreAnswered(role: UserRole) async {
        let service = service(Analytics())
        let principal = principal(role)
        await expectForbidden { _ = try await service.summary(from: nil, to: nil, for: principal) }
        await expectForbidden {
            _ = try await service.messagesPerDay(from: nil, to: nil, timeZone: .gmt, for: principal)
        }
        await expectForbidden { _ = try await service.top(from: nil, to: nil, limit: 1, for: principal) }
    }

    private func expectForbidden(_ call: () async throws -> Void) async {
        await #expect { try await call() } throws: { MsgError(wrapping: $0).code == .forbidden }
    }

    @Test func theUsualSpanIsTheLastThirtyDays() async throws {
        let analytics = Analytics()
        let now = clock.now
        _ = try await service(analytics).summary(from: nil, to: nil, for: principal())
        let earlier = now.later(by: .seconds(-86_400))
        _ = try await service(analytics).summary(from: nil, to: earlier, for: principal())
        _ = try await service(analytics).summary(from: earlier, to: nil, for: principal())
        let month = Duration.seconds(-30 * 86_400)
        #expect(
            analytics.spans.withLock { $0 } == [
                now.later(by: month)..<now, earlier.later(by: month)..<earlier, earlier..<now,
            ])
    }

    @Test func aSpanIsNeitherEmptyNorLongerThanAYear() async throws {
        let service = service(Analytics())
        let now = clock.now
        let year = now.later(by: .seconds(-366 * 86_400))
        _ = try await service.summary(from: year, to: now, for: principal())
        for (from, to) in [(year.later(by: .milliseconds(-1)), now), (now, now), (now, year)] {
            await #expect { _ = try await service.summary(from: from, to: to, for: principal()) } throws: {
                isInvalid($0, "from")
            }
        }
    }

    @Test func everyDayOfTheSpanIsThere() async throws {
        let busy = DayCount(date: try #require(PlanDate("2026-03-29")), messages: 5, automatic: 2)
        let from = try #require(Date(iso8601: "2026-03-28T10:00:00Z"))
        let to = try #require(Date(iso8601: "2026-03-30T22:00:00Z"))
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let days = try await service(Analytics(days: [busy])).messagesPerDay(
            from: from, to: to, timeZone: berlin, for: principal())
        #expect(days.map(\.date.description) == ["2026-03-28", "2026-03-29", "2026-03-30"])
        #expect(days.map(\.messages) == [0, 5, 0])
        let starts = CalendarDay.days(in: from..<to, timeZone: berlin).map(\.start.iso8601)
        #expect(starts == ["2026-03-27T23:00:00.000Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"])
    }

    @Test func namesAreLookedUp() async throws {
        let user = make.user("amelie")
        let gone: User.ID = make.id()
        let analytics = Analytics(users: [.init(id: user.id, messages: 9), .init(id: gone, messages: 3)])
        let top = try await service(analytics, users: [user]).top(from: nil, to: nil, limit: 5, for: principal())
        #expect(top.users.map(\.id) == [user.id, gone])
        #expect(top.users.map(\.user) == [user.reference, nil])
        #expect(top.users.map(\.messages) == [9, 3])
        for limit in [0, 101, -1] {
            await #expect {
                _ = try await service(analytics).top(from: nil, to: nil, limit: limit, for: principal())
            } throws: { isInvalid($0, "limit") }
        }
    }
}
