import MsgTestKit
import SQLiteBackend
import ServiceLifecycle
import Testing

@testable import MsgKit

@Suite(.timeLimit(.minutes(1)))
struct PresenceTrackerTests {
    private func tracker(_ world: World, node: NodeID = .random()) async throws -> PresenceTracker {
        let tracker = PresenceTracker(
            node: node, store: world.store.presence, users: world.store.users,
            directory: world.store.directory, realtime: world.realtime,
            clock: world.clock, logger: World.silent)
        try await tracker.announceNode()
        return tracker
    }

    private func comings(_ world: World) -> [String] {
        world.rooms.emissions.map(\.event).filter { $0 != "online_users_update" }
    }

    @Test func twoSocketsAreOneComingAndOneGoing() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let tracker = try await tracker(world)
            await tracker.opened(people[0].user)
            await tracker.opened(people[0].user)
            #expect(comings(world) == ["user_online"])
            let online = try #require(world.rooms.emissions.first)
            #expect(online.rooms == [.conversation(id)] && online.except == [.user(people[0].id)])
            #expect(try await tracker.online().users.map(\.username) == ["ada"])
            await tracker.closed(people[0].id)
            #expect(comings(world) == ["user_online"])
            world.clock.advance(by: .seconds(1))
            await tracker.closed(people[0].id)
            #expect(comings(world) == ["user_online", "user_offline"])
            #expect(try await tracker.online().count == 0)
            #expect(try await world.store.users.user(people[0].id)?.lastSeen == world.clock.now)
        }
    }

    @Test func whoSharesNoConversationWithAnyoneIsAnnouncedToNobody() async throws {
        try await World.with { world in
            let loner = try await world.person("loner")
            let tracker = try await tracker(world)
            await tracker.opened(loner.user)
            await tracker.closed(loner.id)
            #expect(world.rooms.commands.isEmpty)
        }
    }

    @Test func aSocketTooManyThatClosesIsNothing() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let tracker = try await tracker(world)
            await tracker.closed(people[0].id)
            await tracker.opened(people[0].user)
            await tracker.closed(people[0].id)
            await tracker.closed(people[0].id)
            await tracker.opened(people[0].user)
            #expect(comings(world) == ["user_online", "user_offline", "user_online"])
        }
    }

    @Test func aQuickComeAndGoEndsAsTheSocketsDo() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let tracker = try await tracker(world)
            await withDiscardingTaskGroup { group in
                for _ in 0..<40 {
                    group.addTask {
                        await tracker.opened(people[0].user)
                        await tracker.closed(people[0].id)
                    }
                }
            }
            // A call that found another one at work returned before it was done.
            await tracker.opened(people[0].user)
            await tracker.closed(people[0].id)
            try await world.rooms.journal.wait { commands in
                commands.map(\.summary).last { !$0.hasPrefix("online_users") }?.hasPrefix("user_offline") == true
            }
            let events = comings(world)
            #expect(events.count.isMultiple(of: 2))
            for (number, event) in events.enumerated() {
                #expect(event == (number.isMultiple(of: 2) ? "user_online" : "user_offline"))
            }
            #expect(try await tracker.online().count == 0)
        }
    }

    @Test func onTwoNodesOneIsOnlineOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let (here, there) = (try await tracker(world), try await tracker(world))
            await here.opened(people[0].user)
            await there.opened(people[0].user)
            await here.closed(people[0].id)
            #expect(comings(world) == ["user_online"])
            await there.closed(people[0].id)
            #expect(comings(world) == ["user_online", "user_offline"])
        }
    }

    @Test func manyComingsMakeOneUpdate() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem", "dan")
            _ = try await world.group(people)
            let tracker = try await tracker(world)
            for person in people { await tracker.opened(person.user) }
            let commands = try await world.rooms.journal.wait { commands in
                commands.contains { $0.summary.hasPrefix("online_users_update") }
            }
            #expect(commands.filter { $0.summary.hasPrefix("online_users_update") }.count == 1)
            #expect(comings(world).count == 4)
        }
    }

    @Test func aNodeThatStopsTakesItsUsersAway() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let (here, there) = (try await tracker(world), try await tracker(world))
            try await running(here) { _ in
                await here.opened(people[0].user)
                await there.opened(people[1].user)
                let count = try await there.online().count
                #expect(count == 2)
            }
            #expect(try await there.online().users.map(\.username) == ["bob"])
        }
    }

    @Test func aNodeThatIsSilentCountsForNothing() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let (here, there) = (try await tracker(world), try await tracker(world))
            await here.opened(people[0].user)
            world.clock.advance(by: PresenceTracker.nodeLifetime)
            try await there.announceNode()
            #expect(try await there.online().count == 0)
        }
    }

    @Test func theFriendsOfThoseOnANodeThatEndedHearThatTheyWent() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let id = try await world.group(people)
            let (here, there) = (try await tracker(world), try await tracker(world))
            await here.opened(people[0].user)
            await here.opened(people[1].user)
            await there.opened(people[1].user)
            world.rooms.journal.clear()
            world.clock.advance(by: PresenceTracker.nodeLifetime / 2)
            try await there.announceNode()
            world.clock.advance(by: PresenceTracker.nodeLifetime / 2)
            try await there.sweep()
            #expect(comings(world) == ["user_offline"], "bob is on the other node")
            #expect(try #require(world.rooms.emissions.first).rooms == [.conversation(id)])
            #expect(try await world.store.users.user(people[0].id)?.lastSeen == world.clock.now)
            #expect(try await there.online().users.map(\.username) == ["bob"])
        }
    }

    @Test func aNodeThatWasForgottenAnnouncesItsUsersAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.group(people)
            let (here, there) = (try await tracker(world), try await tracker(world))
            await here.opened(people[0].user)
            world.clock.advance(by: PresenceTracker.nodeLifetime)
            try await there.announceNode()
            try await there.sweep()
            #expect(try await there.online().count == 0)
            try await here.renew()
            #expect(try await there.online().users.map(\.username) == ["ada"])
            #expect(comings(world) == ["user_online", "user_offline", "user_online"])
        }
    }
}
