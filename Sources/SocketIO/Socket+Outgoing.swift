import EngineIO
import NIOCore

extension Socket {
    /// Sees an event that is about to be sent. Called on the socket's loop, which it must not block.
    public typealias OutgoingListener = @Sendable (_ event: String, _ arguments: EventArguments) -> Void

    /// Sees every event that is sent to this client, broadcasts included, from the moment this has returned; also volatile
    /// ones that are then dropped. Each event is decoded for it, so it is meant for a few sockets at a time.
    public func onAnyOutgoing(_ listener: @escaping OutgoingListener) async {
        makeOwnHandlers().withLock { $0.outgoing.append(listener) }
        await setWatchesOutgoing(true)
    }

    /// Removes what ``onAnyOutgoing(_:)`` added.
    public func offAnyOutgoing() async {
        ownHandlers?.withLock { $0.outgoing = [] }
        await setWatchesOutgoing(false)
    }

    private func setWatchesOutgoing(_ watches: Bool) async {
        // Fails only when the event loop has stopped, and the socket with it.
        try? await eventLoop.submit { self.watchesOutgoing = watches }.get()
    }

    /// Acknowledgements are no events, and not told.
    func tellListeners(of outgoing: EngineIOOutgoing) {
        guard let listeners = ownHandlers?.withLock({ $0.outgoing }), !listeners.isEmpty,
            let packet = decode(outgoing), case .event(let name, let arguments, _) = packet.content
        else {
            return
        }
        let decoded = EventArguments(
            json: arguments, attachments: packet.attachments, codec: namespace.context.codec)
        for listener in listeners { listener(name, decoded) }
    }

    private func decode(_ outgoing: EngineIOOutgoing) -> SocketIOPacket? {
        var decoder = PacketDecoder(configuration: .withoutBounds)
        var packet: SocketIOPacket?
        for message in outgoing.messages {
            switch message {
            case .text(let text): packet = try? decoder.textReceived(text)
            case .binary(let bytes): packet = try? decoder.binaryReceived(bytes)
            }
        }
        return packet
    }
}

extension SocketIOConfiguration {
    /// For what the server itself made.
    fileprivate static var withoutBounds: Self {
        var configuration = SocketIOConfiguration()
        configuration.maxAttachments = .max
        configuration.maxAttachmentBytes = .max
        configuration.maxNesting = 512
        configuration.maxArguments = .max
        configuration.maxNamespaceLength = .max
        return configuration
    }
}
