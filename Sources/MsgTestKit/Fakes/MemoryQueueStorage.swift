import Foundation
import MsgKit
import Synchronization

/// What a ``MemoryJobQueue`` and its ``MemoryDeadLetters`` hold.
final class MemoryQueueStorage: Sendable {
    struct Job {
        var job: DeliveryJob
        /// When it may be given out; of a delivery in a worker's hands, when it comes again.
        var availableAt: Date
        /// Of the delivery in whose hands it is.
        var receipt: String?
    }

    struct State {
        /// In the order of publishing. One that was published twice is there twice.
        var jobs: [Job] = []
        var letters: [AutoMessage.ID: DeadLetter] = [:]
        var receipts = 0

        /// The place of the job that a delivery has in hand; nil when it was settled or came again meanwhile.
        func place(of delivery: Delivery) -> Int? {
            jobs.firstIndex { $0.receipt == delivery.receipt }
        }
    }

    let clock: any WallClock
    let visibilityTimeout: Duration
    let state = Mutex(State())

    init(clock: any WallClock, visibilityTimeout: Duration) {
        self.clock = clock
        self.visibilityTimeout = visibilityTimeout
    }
}
