import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// Two instances on one directory, as two processes would have it.
@Suite(.timeLimit(.minutes(2))) struct TwoInstancesTests {
    private let home: TestDirectory
    private let one: SQLiteBackend
    private let other: SQLiteBackend

    init() async throws {
        home = try TestDirectory()
        one = try await home.open()
        other = try await home.open()
    }

    private func command(_ number: Int) -> RoomCommand { .disconnect(members: [.socket("\(number)")]) }

    @Test func anEventWakesTheOtherProcess() async throws {
        let stream = try await other.bus.commands()
        let received = Task {
            for await command in stream { return command as RoomCommand? }
            return nil
        }
        try await one.bus.publish([command(7)])
        #expect(await received.value == command(7))
    }

    /// The last one folds the write-ahead log; which one that is they find out at the same time.
    @Test func manyThatCloseAtOnceAllCloseWell() async throws {
        for _ in 0..<40 {
            var some: [SQLiteBackend] = []
            for _ in 0..<4 { some.append(try await home.open()) }
            try await withThrowingTaskGroup { group in
                for backend in some { group.addTask { try await backend.close() } }
                try await group.waitForAll()
            }
        }
    }

    @Test func nothingIsWrittenWhileNobodyListens() async throws {
        try await one.bus.publish([command(1)])
        let own = try await one.bus.commands()
        try await one.bus.publish([command(2)])
        #expect(try await one.database.read { try $0.number("SELECT count(*) FROM events") } == 0)
        _ = own
    }

    @Test func aSubscriptionThatIsLetGoEndsTheWriting() async throws {
        try await listenForOne()
        // It is withdrawn by a write of its own, in its own time.
        while try await one.database.read({ try $0.exists("SELECT 1 FROM nodes") }) { await Task.yield() }
        try await one.bus.publish([command(2)])
        #expect(try await one.database.read { try $0.number("SELECT max(seq) FROM events") } == 1)
    }

    private func listenForOne() async throws {
        let stream = try await other.bus.commands()
        try await one.bus.publish([command(1)])
        for await _ in stream { break }
    }

    @Test func whoReadsTooLateGoesOnAfterTheGap() async throws {
        let stream = try await other.bus.commands()
        for number in 1...5 { try await one.bus.publish([command(number)]) }
        try await one.database.write { db in _ = try db.run("DELETE FROM events WHERE seq <= 3") }
        var received: [RoomCommand] = []
        for await command in stream {
            received.append(command)
            if received.count == 2 { break }
        }
        #expect(received == [command(4), command(5)])
    }

    @Test func oldEventsAreRemoved() async throws {
        let stream = try await other.bus.commands()
        try await one.bus.publish([command(1), command(2)])
        try await one.database.write { db in _ = try db.run("UPDATE events SET createdAt = 0 WHERE seq = 1") }
        try await #require(one.services.first as? Housekeeping).cleanUp()
        #expect(try await one.database.read { try $0.number("SELECT min(seq) FROM events") } == 2)
        _ = stream
    }

    @Test func aJobWakesTheOthersWorker() async throws {
        let began = ContinuousClock.now
        async let received = other.queue.receive(limit: 1, wait: .seconds(60))
        let job = Samples.job()
        try await one.queue.publish([job])
        #expect(try await received.map(\.job.id) == [job.id])
        #expect(ContinuousClock.now - began < .seconds(30))
    }

    @Test func aJobIsGivenToOneOfManyWorkers() async throws {
        let jobs = (0..<200).map { Samples.job("\($0)") }
        try await one.queue.publish(jobs)
        let taken = try await withThrowingTaskGroup(of: [Delivery].self) { group in
            for number in 0..<40 {
                let queue = number % 2 == 0 ? one.queue : other.queue
                group.addTask { try await queue.receive(limit: 5, wait: .seconds(20)) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 200)
        #expect(Set(taken.map(\.job.id)) == Set(jobs.map(\.id)))
        #expect(Set(taken.map(\.receipt)).count == 200)
    }

    @Test func theJobsOfAKilledWorkerComeAgainAtOnce() async throws {
        let job = Samples.job()
        try await one.queue.publish([job])
        let first = try #require(try await one.queue.receive(limit: 1, wait: .seconds(10)).first)
        let dead = try await Processes.killed()
        try await one.database.write { db in
            _ = try db.run("UPDATE queue_jobs SET holderPid = ?, holderStart = ?", [dead.pid, dead.start])
        }
        // The lock is good for a minute yet.
        let again = try #require(try await other.queue.receive(limit: 1, wait: .seconds(10)).first)
        #expect(again.job.id == job.id)
        try await one.queue.acknowledge([first])
        #expect(try await one.queue.depth().inFlight == 1)
        try await other.queue.acknowledge([again])
        #expect(try await one.queue.depth().isDrained)
    }

    @Test func theLeaseOfAKilledProcessIsFreeAtOnce() async throws {
        let now = SystemClock().now
        let expiry = now.addingTimeInterval(3600)
        let held = try #require(
            try await one.leases.acquire("work", holder: NodeID(rawValue: "killed"), at: now, until: expiry))
        let heir = NodeID(rawValue: "living")
        #expect(try await other.leases.acquire("work", holder: heir, at: now, until: expiry) == nil)
        let dead = try await Processes.killed()
        try await one.database.write { db in
            _ = try db.run("UPDATE leases SET holderPid = ?, holderStart = ?", [dead.pid, dead.start])
        }
        let taken = try #require(try await other.leases.acquire("work", holder: heir, at: now, until: expiry))
        #expect(taken.fencingToken > held.fencingToken)
    }

    @Test func aKilledNodeLeavesNoGhosts() async throws {
        let people = try await one.addUsers(["ann"])
        let now = SystemClock().now
        let node = NodeID(rawValue: "killed")
        _ = try await one.presence.renew(node, at: now, until: now.addingTimeInterval(3600))
        _ = try await one.presence.connected(people[0], on: node, at: now)
        #expect(try await other.presence.online(limit: 10, at: now).total == 1)
        let dead = try await Processes.killed()
        try await one.database.write { db in
            _ = try db.run("UPDATE nodes SET pid = ?, processStart = ?", [dead.pid, dead.start])
        }
        #expect(try await other.presence.online(limit: 10, at: now).total == 0)
        #expect(try await other.presence.sweep(at: now) == people)
        #expect(try await one.database.read { try $0.number("SELECT count(*) FROM nodes") } == 0)
    }

    @Test func aChangeOfMessagesWakesWhoFollowsThem() async throws {
        let people = try await one.addUsers(["ann", "bob"])
        let group = try await one.addGroup(people)
        async let woken: Void = other.changes.waitForChange(after: nil, timeout: .seconds(60))
        _ = try await one.messages.insert(Samples.message("Hello", from: people[0], in: group))
        try await woken
        #expect(try await other.changes.currentPosition() != nil)
    }
}
