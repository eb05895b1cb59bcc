/// What a probe throws of an engine that answers, but in which what the service keeps there is not made yet, or is of an
/// older version's form.
public struct UnpreparedEngine: Error, Sendable {
    /// Who makes it.
    public var hint: String

    public init(hint: String) { self.hint = hint }
}
