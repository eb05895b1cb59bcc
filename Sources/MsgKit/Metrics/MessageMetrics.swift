import Metrics

/// What is counted and timed of messages that people send.
struct MessageMetrics: Sendable {
    let stored: Counter
    let restSeconds: Timer
    let socketSeconds: Timer

    init(factory: (any MetricsFactory)? = nil) {
        stored = Metric.messagesStored.counter([("type", MessageType.user.rawValue)], factory)
        restSeconds = Metric.messageStoreSeconds.timer([("via", "rest")], factory)
        socketSeconds = Metric.messageStoreSeconds.timer([("via", "socket")], factory)
    }
}
