import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// Dead letters beyond the bounds of one look, and several operators.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct DeadLetterTests {
    private func fill(_ queues: TestQueues, _ count: Int) async throws -> [DeliveryJob] {
        let all = jobs(count)
        let start = Date(millisecondsSince1970: 1_769_860_800_000)
        let queue = queues.topology.deadLetterQueue
        try await queues.publish(
            try all.enumerated().map { number, job in
                try DeadLetterMessage.message(
                    job, failedAt: start.addingTimeInterval(Double(number)), reason: "It failed.", to: queue.name
                ).body
            }, to: queue)
        return all
    }

    @Test("a listing looks at so many letters, replaying and purging all meets every one")
    func beyondTheBound() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.maximumDeadLetters = 5 }
            let all = try await fill(queues, 12)
            let page = try await backend.deadLetters.deadLetters(page: PageRequest(page: 2, limit: 3))
            #expect(page.total == 5)
            #expect(page.items.map(\.job) == Array(all[3..<5]))
            let far = try await backend.deadLetters.deadLetters(page: PageRequest(page: .max, limit: 100))
            #expect(far.items.isEmpty)
            #expect(try await backend.deadLetters.replay(nil) == all.map(\.id))
            #expect(try await backend.queue.depth().ready == 12)
            _ = try await fill(queues, 12)
            #expect(try await backend.deadLetters.purge(nil) == 12)
        }
    }

    @Test("letters that are not looked for take no place of those that are")
    func passedBy() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.maximumDeadLetters = 5 }
            let all = try await fill(queues, 30)
            let last = DeadLetterFilter(sender: all[29].senderId)
            #expect(try await backend.deadLetters.ids(matching: last) == [all[29].id])
            let late = DeadLetterFilter(since: Date(millisecondsSince1970: 1_769_860_800_000 + 18_000))
            #expect(try await backend.deadLetters.deadLetters(matching: late, page: PageRequest(limit: 9)).total == 5)
            #expect(try await backend.deadLetters.replay(matching: late) == all[18...].map(\.id))
            #expect(try await backend.deadLetters.purge(matching: last) == 0)
            #expect(try await backend.deadLetters.purge(matching: DeadLetterFilter(reason: "failed")) == 18)
            #expect(try await backend.queue.depth().deadLetters == 0)
        }
    }

    @Test("thousands of letters that were looked at are there for whoever looks next")
    func givenBack() async throws {
        try await TestQueues.with { queues in
            let all = jobs(6000)
            let letters = all.map { DeadLetter(job: $0, failedAt: $0.sendDate, reason: "It failed.") }
            try await queues.open().deadLetters.bury(letters)
            let chosen = DeadLetterFilter(ids: Set(all.prefix(3000).map(\.id)))
            #expect(try await queues.open().deadLetters.replay(matching: chosen).count == 3000)
            for _ in 0..<3 {
                let backend = try queues.open()
                #expect(try await backend.deadLetters.ids(matching: .everything).count == 3000)
                #expect(try await queues.ready(in: queues.topology.deadLetterQueue) == 3000)
            }
        }
    }

    @Test("so many letters are passed by and no more")
    func passedByBounded() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.maximumDeadLettersPassed = 10 }
            let all = try await fill(queues, 12)
            let last = DeadLetterFilter(sender: all[11].senderId)
            #expect(try await backend.deadLetters.ids(matching: last) == [])
            #expect(try await backend.deadLetters.replay(matching: last) == [])
            #expect(
                try await backend.deadLetters.purge(matching: DeadLetterFilter(ids: Set(all[0..<2].map(\.id)))) == 2)
            #expect(try await backend.deadLetters.replay(matching: last) == [all[11].id])
        }
    }

    @Test("a letter that was told again counts as it was told last")
    func toldAgain() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            let job = jobs(1)[0]
            for reason in ["Early", "Late"] {
                try await backend.deadLetters.bury([DeadLetter(job: job, failedAt: job.sendDate, reason: reason)])
            }
            #expect(try await queues.ready(in: queues.topology.deadLetterQueue) == 2)
            #expect(try await backend.deadLetters.purge(matching: DeadLetterFilter(reason: "early")) == 0)
            #expect(try await queues.ready(in: queues.topology.deadLetterQueue) == 1)
            #expect(try await backend.deadLetters.purge(matching: DeadLetterFilter(reason: "late")) == 1)
        }
    }

    @Test("large letters are looked at within a bound of bytes")
    func large() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.maximumDeadLetterBytes = 300_000 }
            try await queues.publish(
                (0..<8).map { Data(repeating: UInt8(0x61 + $0), count: 100_000) }, to: queues.topology.deadLetterQueue)
            // The first look takes what it finds until the bound is passed.
            #expect(try await backend.deadLetters.deadLetters(page: PageRequest(limit: 10)).total >= 3)
            #expect(try await backend.deadLetters.purge(nil) == 8)
        }
    }

    @Test("operators in two processes lose nothing and do nothing twice")
    func twoOperators() async throws {
        try await TestQueues.with { queues in
            let all = try await fill(queues, 40)
            let first = try queues.open()
            let second = try queues.open()
            async let replayed = first.deadLetters.replay(all[0..<20].map(\.id))
            async let purged = second.deadLetters.purge(all[15..<30].map(\.id))
            async let listed = first.deadLetters.deadLetters(page: PageRequest(limit: 100)).total
            async let shown = second.deadLetters.deadLetter(all[39].id)
            let (putBack, forgotten, total, last) = try await (replayed, purged, listed, shown)
            #expect(putBack.count + forgotten == 30)
            #expect([40, 25, 20, 10].contains(total) || total == 40 - putBack.count, "no look sees half: \(total)")
            #expect(last?.job == all[39])
            let left = try await second.deadLetters.deadLetters(page: PageRequest(limit: 100))
            #expect(left.items.map(\.job) == Array(all[30..<40]))
            #expect(Set(try await first.take(putBack.count).map(\.job.id)) == Set(putBack))
        }
    }

    @Test("while another process works on the dead letters an operator is told so, in time")
    func locked() async throws {
        try await TestQueues.with { queues in
            let all = try await fill(queues, 1)
            let backend = try queues.open { $0.operationTimeout = .seconds(1) }
            let lock = queues.topology.deadLetterLock
            let isLocked = Latch()
            let mayGo = DispatchSemaphore(value: 0)
            async let other: Void = queues.directly { connection, deadline in
                _ = try connection.declared(lock, until: deadline)
                isLocked.open()
                mayGo.wait()
            }
            await isLocked.wait()
            await expectFailure(.leaseHeld, within: .seconds(4)) { try await backend.deadLetters.replay(nil) }
            mayGo.signal()
            try await other
            #expect(try await backend.deadLetters.replay(nil) == all.map(\.id))
        }
    }

    @Test("an operator's process that ends half-way leaves every letter where it was")
    func interrupted() async throws {
        try await TestQueues.with { queues in
            let all = try await fill(queues, 30)
            let queue = queues.topology.deadLetterQueue
            let options = queues.options
            try await queues.directly { connection, deadline in
                _ = try connection.declared(queues.topology.deadLetterLock, until: deadline)
                let scan = try DeadLetterScan(
                    of: .everything, on: connection, queue: queue, options: options, until: deadline)
                #expect(scan.letters.count == 30)
                // The connection ends with the letters in hand.
            }
            let listed = try await queues.open().deadLetters.deadLetters(page: PageRequest(limit: 100))
            #expect(listed.items.map(\.job) == all)
        }
    }
}
