/// How much is in a queue.
public struct QueueDepth: Sendable, Equatable, Codable {
    /// Waiting for a worker.
    public var ready: Int
    /// In a worker's hands. An engine that does not tell of other processes' deliveries counts those of this process.
    public var inFlight: Int
    /// Waiting for another try.
    public var delayed: Int
    public var deadLetters: Int

    public init(ready: Int, inFlight: Int, delayed: Int, deadLetters: Int) {
        self.ready = ready
        self.inFlight = inFlight
        self.delayed = delayed
        self.deadLetters = deadLetters
    }

    /// Nothing left for a worker to do, now or later, as far as ``inFlight`` tells.
    public var isDrained: Bool { ready == 0 && inFlight == 0 && delayed == 0 }
}
