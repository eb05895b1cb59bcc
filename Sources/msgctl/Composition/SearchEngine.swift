import MsgKit

/// Full-text search and analytics.
struct SearchEngine: Sendable {
    var index: any RebuildableSearchIndex
    var analytics: any MessageAnalytics
    var probe: any HealthProbe
}
