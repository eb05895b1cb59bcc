import Foundation
import Synchronization

/// Of which accounts and addresses it was told lately that too many passwords are tried: a flood is one line, not a
/// line a try.
final class LimitedLogIns: Sendable {
    private let told = Mutex(RecentlyUsed<RateLimitKey, Date>(maximumCount: 20_000))

    /// Whether nothing was told of the account and the address within the window; it counts as told now.
    func isFirst(_ account: String, from address: IPAddress?, within window: Duration, at instant: Date) -> Bool {
        // By the widest that is counted: a site that tries by turns of its networks is one.
        let place = address.map { $0.site ?? $0.household }
        let subject = "\(place?.description ?? "unknown") \(TextRules.trimmed(account).lowercased())"
        let key = RateLimitKey("limited", subject)
        return told.withLock { told in
            // A clock that was set back would else keep it silent.
            if let last = told.value(key), abs(instant.timeIntervalSince(last)) < window.seconds { return false }
            told.keep(instant, for: key)
            return true
        }
    }
}
