/// What a family of series is; one name has one kind.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}
