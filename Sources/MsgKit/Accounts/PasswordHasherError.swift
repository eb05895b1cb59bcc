/// Why a password could not be hashed or compared.
public enum PasswordHasherError: Error, Sendable, Equatable {
    /// More than ``PasswordHasher/maxPasswordBytes`` bytes of UTF-8. bcrypt would ignore the rest, so two different
    /// passwords would open the same account.
    case passwordTooLong
    /// A NUL, which would end the password early.
    case passwordContainsNUL
    /// Too many others are waiting; try again later.
    case busy
    /// libcrypt refused to work, as it does when memory is short or a policy of the system forbids bcrypt.
    case unavailable
}
