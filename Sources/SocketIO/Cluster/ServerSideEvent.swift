/// An event that another server of the cluster emitted to its fellows; see ``Namespace/serverSideEmit(_:_:)``.
public struct ServerSideEvent: Sendable {
    /// As it was emitted.
    public let name: String
    /// What came with it.
    public let arguments: EventArguments
    /// The server that emitted it.
    public let sender: String
}
