/// The forms in which Prometheus reads metrics.
public enum ExpositionFormat: Sendable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// What is answered to an `Accept` header: OpenMetrics to who names it, the text format to everybody else.
    public init(accept: String?) {
        self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .text
    }

    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }
}
