import Foundation
import GRDB
import MsgKit

/// A plan as its row holds it.
struct PlanRow {
    /// The columns that ``init(row:)`` reads, in its order.
    static let columns =
        "id, pool, date, seed, users, pairings, messages, leftOut, createdAt, completedAt, rested, details, fencingToken, key"

    /// What is kept as JSON. Plans of older versions have neither.
    private struct Details: Codable {
        var settings: PlanSettings?
        var notes: PlanNotes?
    }

    var plan: Plan
    var fencingToken: Int64
    var key: Int64

    init(row: ResultRow) throws {
        guard let seed = UInt64(try row.value(3) as String) else { throw row.damaged(3) }
        let text: String = try row.value(11)
        guard let details = try? JSONDecoder().decode(Details.self, from: Data(text.utf8)) else {
            throw row.damaged(11)
        }
        plan = Plan(
            id: try row.id(0), pool: try row.value(1), date: try row.planDate(2), seed: seed,
            figures: PlanFigures(
                users: try row.value(4), pairings: try row.value(5), messages: try row.value(6),
                leftOut: try row.value(7)),
            settings: details.settings, notes: details.notes ?? PlanNotes(), rested: try row.optionalID(10),
            createdAt: try row.date(8), completedAt: row.optionalDate(9))
        fencingToken = try row.value(12)
        key = try row.value(13)
    }

    /// What the column `details` is to hold.
    static func details(of plan: Plan) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let details = Details(settings: plan.settings, notes: plan.notes)
        return String(decoding: try encoder.encode(details), as: UTF8.self)
    }
}
