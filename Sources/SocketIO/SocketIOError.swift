/// What can go wrong in a call of this library.
public enum SocketIOError: Error, Equatable {
    /// Events of this name belong to the protocol, and may not be emitted.
    case reservedEventName(String)
    /// There is no argument with this index.
    case missingArgument(Int)
    /// A binary value refers to an attachment that did not come with the packet.
    case missingAttachment(Int)
    /// The client did not answer in time.
    case ackTimeout
    /// The socket is not, or no longer, connected.
    case disconnected
    /// The socket has ``SocketIOConfiguration/maxPendingAcks`` questions open.
    case tooManyPendingAcks
    /// Not all servers of the cluster answered in time.
    case clusterTimeout(answers: Int, of: Int)
}
