/// Who may make an account through the API.
public enum RegistrationPolicy: String, Sendable, CaseIterable {
    /// Whoever reaches the server.
    case open
    /// Nobody: operators make accounts, with `msgctl user create`.
    case closed
}
