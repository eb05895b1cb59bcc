import Metrics

/// Handles to be kept: making one takes the back end's lock, using one does not.
extension Metric {
    public func counter(_ labels: [(String, String)] = [], _ factory: (any MetricsFactory)? = nil) -> Counter {
        Counter(label: rawValue, dimensions: labels, factory: factory ?? MetricsSystem.factory)
    }

    public func gauge(_ labels: [(String, String)] = [], _ factory: (any MetricsFactory)? = nil) -> Meter {
        Meter(label: rawValue, dimensions: labels, factory: factory ?? MetricsSystem.factory)
    }

    /// A histogram, of seconds.
    public func timer(_ labels: [(String, String)] = [], _ factory: (any MetricsFactory)? = nil) -> Timer {
        Timer(label: rawValue, dimensions: labels, factory: factory ?? MetricsSystem.factory)
    }
}

extension Timer {
    /// Records the time since an instant.
    public func record(since start: ContinuousClock.Instant) {
        recordSeconds((ContinuousClock.now - start).seconds)
    }
}
