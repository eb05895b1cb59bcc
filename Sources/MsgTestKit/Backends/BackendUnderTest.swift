/// What the suites ask of any backend, beside the roles that it plays.
///
/// Each case gets a backend of its own, with nothing stored in it.
public protocol BackendUnderTest: Sendable {
    /// A second instance on the same storage, as another process would have it. It is released with the first one, or
    /// earlier by ``release()``.
    func another() async throws -> Self

    /// Ends what runs and returns when the storage is let go. Releasing twice is no error.
    func release() async throws
}
