/// What is done, and by whom: what ``RateLimits`` counts.
public enum LimitedAction: Sendable {
    /// A call of the REST API. A nil address is all those that are not known.
    case request(from: IPAddress?)
    /// A try to prove who one is with a password, good or not.
    case logIn(account: String, from: IPAddress?)
    /// A message, whichever way it is sent.
    case message(by: User.ID)

    /// How many times as often as a household a whole site may try one account.
    static let siteFactor = 10

    /// All that an action counts for, the narrowest first, and how often it may be done there.
    func counts(within limit: RateLimit) -> [(key: RateLimitKey, limit: RateLimit)] {
        var counts = [(key(per: limit.window), limit)]
        // A password may be guessed from all networks of a site by turns.
        if case .logIn(let account, let address) = self, let site = address?.site {
            let key = RateLimitKey("site-logins-\(limit.window.wholeSecondsUp)", Self.subject(site, account))
            let (count, isTooMuch) = limit.count.multipliedReportingOverflow(by: Self.siteFactor)
            counts.append((key, RateLimit(isTooMuch ? .max : count, per: limit.window)))
        }
        return counts
    }

    /// - Parameter window: another one is counted apart, as a key has one window for ever.
    func key(per window: Duration) -> RateLimitKey {
        let seconds = window.wholeSecondsUp
        return switch self {
        case .request(let address): RateLimitKey("requests-\(seconds)", Self.subject(address?.household))
        case .logIn(let account, let address):
            RateLimitKey("logins-\(seconds)", Self.subject(address?.household, account))
        case .message(let user): RateLimitKey("messages-\(seconds)", "\(user)")
        }
    }

    /// What the client reads.
    func refusal(wait: String) -> String {
        switch self {
        case .request: "Too many requests from your address; try again in \(wait)."
        case .logIn: "Too many log-ins to this account from your address; try again in \(wait)."
        case .message: "You send messages too fast; try again in \(wait)."
        }
    }

    private static func subject(_ address: IPAddress?) -> String { address?.description ?? "unknown" }

    /// Letter case and spaces make no other account.
    private static func subject(_ address: IPAddress?, _ account: String) -> String {
        "\(subject(address)) \(TextRules.trimmed(account).lowercased())"
    }
}
