/// A job in a worker's hands until it is settled.
public struct Delivery: Sendable, Equatable {
    public var job: DeliveryJob
    /// What the queue knows this delivery by; another delivery of the same job has another.
    public var receipt: String

    public init(job: DeliveryJob, receipt: String) {
        self.job = job
        self.receipt = receipt
    }
}
