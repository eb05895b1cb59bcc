/// What is done to a client that sends more events than ``SocketIOConfiguration/maxEventsPerSecond``.
public enum EventRateExcess: Sendable {
    /// Its connection is not read until it may send again. Nothing is lost, and others do not notice.
    case wait
    /// Its connection is closed as ``DisconnectReason/forcedServerClose``.
    case disconnect
}
