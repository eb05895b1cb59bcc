/// What is done to a client that sends more events than ``SocketIOConfiguration/maxEventsPerSecond``.
public enum EventRateExcess: Sendable {
    /// Its connection is not read until it may send again. Nothing is lost, and others do not notice. Whoever sends more
    /// without a pause for longer than ``SocketIOConfiguration/eventRatePatience`` is disconnected: a connection that is not
    /// read does not show that its client is gone.
    case wait
    /// Its connection is closed as ``DisconnectReason/forcedServerClose``.
    case disconnect
}
