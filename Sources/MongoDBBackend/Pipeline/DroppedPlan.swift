import Foundation
import MsgKit

/// A plan that another took the place of, and when.
struct DroppedPlan: Sendable {
    var plan: Plan.ID
    var at: Date

    init(plan: Plan.ID, at instant: Date) {
        self.plan = plan
        at = instant
    }

    init(_ reader: DocumentReader) throws {
        plan = try reader.required("plan", try reader.id("plan"))
        at = try reader.required("at", try reader.date("at"))
    }

    var value: BSON { ["plan": .id(plan), "at": .date(at)] }
}
