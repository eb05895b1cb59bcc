import ArgumentParser
import Foundation
import MsgKit

extension Date {
    /// An instant of the command line.
    static func argument(_ text: String) throws -> Date {
        // Foundation would take the 30th of February for the 2nd of March.
        guard let instant = Date(iso8601: text), PlanDate(String(text.prefix(10))) != nil else {
            throw ValidationError("'\(text.printable)' is no instant; write one such as 2026-01-31T09:00:00Z.")
        }
        return instant
    }
}
