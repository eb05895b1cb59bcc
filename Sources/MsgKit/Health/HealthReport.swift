/// What the probes found.
public struct HealthReport: Sendable, Equatable, Codable {
    public enum Status: String, Sendable, Codable {
        /// Everything answers.
        case ok
        /// Something does not answer, but the service does its work without it.
        case degraded
        /// Something that is needed does not answer.
        case unavailable
        /// The process is stopping.
        case draining
    }

    public struct Check: Sendable, Equatable, Codable {
        public enum Status: String, Sendable, Codable {
            case up
            case down
            /// It answers, but what the service keeps in it is not made yet, or of an older form.
            case unprepared
        }

        public var status: Status
        public var latencyMs: Double
        /// Why it is not up.
        public var reason: String?
    }

    public var status: Status
    public var checks: [String: Check]

    /// Whether requests should come here.
    public var isReady: Bool { status == .ok || status == .degraded }
}
