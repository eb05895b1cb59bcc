import EngineIO
import Metrics
import MsgKit
import SocketIO

/// What is counted of sockets. All handles are made beforehand, so that counting takes one look at a table per event, and one
/// per event loop of a broadcast, however many get it.
public final class SocketMetrics: Sendable {
    /// What stands for names that no client or server of this program sends.
    private static let other = "other"
    /// The codes of the protocol for connections that are refused.
    private static let refusalCodes = 0...5

    /// What a client got that came back and asked for what it missed.
    enum Recovery: String, CaseIterable {
        /// Every event.
        case recovered
        /// The stored messages.
        case replayed
        /// The advice to read anew.
        case resync
    }

    private struct Incoming: Sendable {
        let count: Counter
        let seconds: Timer
    }

    private let incoming: [String: Incoming]
    private let emits: [String: Counter]
    private let deliveries: [String: Counter]
    private let failures: [ErrorCode: Counter]
    private let opened: [EngineIOTransport: Counter]
    private let connections: [EngineIOTransport: Meter]
    private let closings: [DisconnectReason: Counter]
    private let refusals: [Int: Counter]
    private let upgrades: Counter
    private let volatileDrops: Counter
    private let overflows: Counter
    private let losses: Counter
    private let recoveries: [Recovery: Counter]

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) {
        func counters<Key: Hashable>(
            _ metric: Metric, _ keys: some Sequence<Key>, _ label: String, _ value: (Key) -> String
        ) -> [Key: Counter] {
            Dictionary(
                keys.map { ($0, metric.counter([(label, value($0))], factory)) },
                uniquingKeysWith: { first, _ in first })
        }
        let names = ClientEvent.allCases.map(\.rawValue) + [Self.other]
        incoming = Dictionary(
            uniqueKeysWithValues: names.map { name in
                let labels = [("event", name)]
                let handles = Incoming(
                    count: Metric.socketEvents.counter(labels, factory),
                    seconds: Metric.socketEventSeconds.timer(labels, factory))
                return (name, handles)
            })
        emits = counters(.socketEmits, Self.serverEvents + [Self.other], "event") { $0 }
        deliveries = counters(.socketDeliveries, Self.serverEvents + [Self.other], "event") { $0 }
        failures = counters(.socketEventFailures, ErrorCode.allCases, "code") { $0.rawValue }
        opened = counters(.socketsOpened, EngineIOTransport.allCases, "transport") { $0.rawValue }
        connections = Dictionary(
            uniqueKeysWithValues: EngineIOTransport.allCases.map {
                ($0, Metric.socketConnections.gauge([("transport", $0.rawValue)], factory))
            })
        closings = counters(.socketsClosed, DisconnectReason.allCases, "reason") {
            $0.rawValue.replacing(" ", with: "_")
        }
        refusals = counters(.socketsRefused, Self.refusalCodes, "code") { "\($0)" }
        upgrades = Metric.socketUpgrades.counter([], factory)
        volatileDrops = Metric.socketDrops.counter([("kind", "volatile")], factory)
        overflows = Metric.socketDrops.counter([("kind", "slow_client")], factory)
        losses = Metric.busLosses.counter([], factory)
        recoveries = counters(.socketRecoveries, Recovery.allCases, "outcome") { $0.rawValue }
    }

    /// The events that this program's servers emit.
    private static let serverEvents = [
        MessageReceived.name, MessageReadBy.name, MessageDeleted.name, UserTyping.name, UserStopTyping.name,
        ConversationCreated.name, ConversationUpdated.name, UserOnline.name, UserOffline.name,
        OnlineUsersUpdate.name, OnlineUsersList.name, Resync.name, AuthExpiring.name, EventFailed.name,
    ]

    func handled(_ event: String, since start: ContinuousClock.Instant) {
        let handles = incoming[event] ?? incoming[Self.other]
        handles?.count.increment()
        handles?.seconds.record(since: start)
    }

    func failed(_ code: ErrorCode) { failures[code]?.increment() }

    func emitted(_ event: String) { (emits[event] ?? emits[Self.other])?.increment() }

    func closed(_ reason: DisconnectReason) { closings[reason]?.increment() }

    func cameBack(_ outcome: Recovery) { recoveries[outcome]?.increment() }

    func lostCommands() { losses.increment() }

    /// A connection was refused, with a code of the protocol.
    public func refused(_ code: Int) { refusals[code]?.increment() }

    /// Shows how many connections a server has.
    public func show(_ server: SocketIOServer) {
        let counts = server.engine.sessionCounts
        connections[.polling]?.set(counts.polling)
        connections[.websocket]?.set(counts.websocket)
    }
}

extension SocketMetrics: EngineIOObserver, SocketIOObserver {
    public func sessionOpened(_ transport: EngineIOTransport) { opened[transport]?.increment() }
    public func sessionUpgraded() { upgrades.increment() }
    public func volatileDropped() { volatileDrops.increment() }
    public func clientOverflowed() { overflows.increment() }

    public func delivered(_ event: String, to recipients: Int) {
        (deliveries[event] ?? deliveries[Self.other])?.increment(by: recipients)
    }
}
