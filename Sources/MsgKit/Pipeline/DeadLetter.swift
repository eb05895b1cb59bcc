import Foundation

/// A job that was given up.
public struct DeadLetter: Sendable, Equatable {
    public var job: DeliveryJob
    public var failedAt: Date
    public var reason: String

    public init(job: DeliveryJob, failedAt: Date, reason: String) {
        self.job = job
        self.failedAt = failedAt
        self.reason = reason
    }
}
