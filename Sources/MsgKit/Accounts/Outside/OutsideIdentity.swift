/// Which account a token of the outside issuer stands for; one of these is configured.
public enum OutsideIdentity: String, Sendable, CaseIterable {
    /// The one of the address in `email`, provided that `email_verified` is true.
    case email
    /// The one of the name in `preferred_username`.
    case username
    /// The one whose id is in `sub`.
    case id
}
