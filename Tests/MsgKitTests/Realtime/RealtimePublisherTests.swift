import Logging
import MsgKit
import MsgTestKit
import PrometheusMetrics
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RealtimePublisherTests {
    private struct Away: Error {}

    private let rooms = RecordingRooms()
    private let bus = RecordingBus()
    private let publisher: RealtimePublisher

    init() {
        publisher = RealtimePublisher(local: rooms, bus: bus, logger: Self.silent)
    }

    private static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private func command(_ number: Int) -> RoomCommand { .disconnect(members: [Room(rawValue: "room-\(number)")]) }

    private func running(_ body: (ServiceGroup) async throws -> Void) async throws {
        try await MsgTestKit.running(publisher, body)
    }

    @Test func commandsAreDoneHereBeforeSendReturns() async {
        await publisher.send([command(1), command(2)])
        #expect(rooms.commands == [command(1), command(2)])
        #expect(bus.calls.entries.isEmpty)
    }

    @Test func theBusGetsThemInTheirOrder() async throws {
        try await running { _ in
            for number in 0..<100 { await publisher.send([command(number)]) }
            let calls = try await bus.calls.wait { $0.joined().count == 100 }
            #expect(Array(calls.joined()) == (0..<100).map(command))
        }
    }

    @Test func whatWaitsAtTheEndIsHandedOver() async throws {
        let gate = Latch()
        bus.hold(until: gate)
        try await running { group in
            await publisher.send([command(0)])
            try await bus.begun.wait(for: 1)
            await publisher.send([command(1), command(2)])
            await group.triggerGracefulShutdown()
            gate.open()
        }
        #expect(Array(bus.calls.entries.joined()) == (0...2).map(command))
    }

    @Test func manyGoInOneCall() async throws {
        for number in 0..<1000 { await publisher.send([command(number)]) }
        try await running { _ in try await bus.calls.wait { $0.joined().count == 1000 } }
        #expect(bus.calls.entries.count <= 3)
    }

    @Test func overTheBoundTheOldestAreDropped() async throws {
        let extra = 3
        await publisher.send((0..<RealtimePublisher.maximumWaiting + extra).map(command))
        try await running { _ in
            try await bus.calls.wait { $0.joined().count == RealtimePublisher.maximumWaiting }
        }
        let published = Array(bus.calls.entries.joined())
        #expect(published.first == command(extra))
        #expect(published.last == command(RealtimePublisher.maximumWaiting + extra - 1))
        // Those of this process get all.
        #expect(rooms.commands.count == RealtimePublisher.maximumWaiting + extra)
    }

    @Test func whatABusThatFailsDidNotTakeComesAgainInItsPlace() async throws {
        bus.fail(with: Away())
        try await running { _ in
            await publisher.send([command(0)])
            try await bus.begun.wait(for: 1)
            bus.fail(with: nil)
            await publisher.send([command(1)])
        }
        #expect(Array(bus.calls.entries.joined()) == [command(0), command(1)])
        #expect(rooms.commands == [command(0), command(1)])
    }

    @Test func whatWaitsForABusThatIsAwayIsShown() async throws {
        let registry = PrometheusRegistry()
        let publisher = RealtimePublisher(
            local: nil, bus: bus, metrics: BusMetrics(factory: registry), logger: Self.silent)
        bus.fail(with: Away())
        await publisher.send([command(0), command(1)])
        try await MsgTestKit.running(publisher) { _ in
            try await bus.begun.wait(for: 1)
            await publisher.send([command(2)])
        }
        #expect(bus.calls.entries.isEmpty)
        #expect(registry.exposition().contains("msgctl_bus_commands_waiting 3\n"))
    }

    @Test func aConfirmedOneReturnsOnceTheBusHasIt() async throws {
        try await publisher.sendConfirmed([command(7)])
        #expect(bus.calls.entries == [[command(7)]])
        #expect(rooms.commands == [command(7)])
    }

    @Test func aConfirmedOneThrowsWhatTheBusThrowsAndIsDoneHere() async {
        bus.fail(with: Away())
        await #expect(throws: Away.self) { try await publisher.sendConfirmed([command(7)]) }
        #expect(rooms.commands == [command(7)])
    }

    @Test func withoutSocketsOfItsOwnItOnlyPublishes() async throws {
        let remote = RealtimePublisher(local: nil, bus: bus, logger: Self.silent)
        try await remote.sendConfirmed([command(1)])
        #expect(bus.calls.entries == [[command(1)]])
    }
}
