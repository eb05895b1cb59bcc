import SocketIO

/// What the server does about each event. README.md lists them.
struct ChatHandlers: Sendable {
    private let members = Members()

    func register(in namespace: Namespace) {
        namespace.use(admit)
        namespace.on("join", join)
        namespace.on("leave", leave)
        namespace.on("message", message)
        namespace.on("typing", typing)
        namespace.onDisconnect(disconnected)
        namespace.onError(failed)
    }

    /// Nobody connects without a nickname.
    private func admit(_ socket: Socket) async throws {
        guard let auth = try? socket.handshake.decodeAuth(Credentials.self), auth.isValid else {
            throw ConnectError(message: "a nickname of 1 to 20 characters is needed")
        }
        socket.setData(auth.nickname)
    }

    private func join(_ socket: Socket, _ event: SocketEvent) async throws {
        let room = try RoomName(event.decode(String.self))
        let nickname = try nickname(of: socket)
        let others = try await members.join(room, as: nickname, socket.id)
        await socket.join(room.name)
        try socket.to(room.name).emit("joined", Presence(room: room.name, nickname: nickname))
        try event.ack(Answer(members: others + [nickname]))
    }

    private func leave(_ socket: Socket, _ event: SocketEvent) async throws {
        let room = try RoomName(event.decode(String.self))
        await socket.leave(room.name)
        if await members.leave(room, socket.id) {
            try socket.to(room.name).emit("left", Presence(room: room.name, nickname: nickname(of: socket)))
        }
        try event.ack(Answer())
    }

    private func message(_ socket: Socket, _ event: SocketEvent) async throws {
        let message = try event.decode(Message.self)
        let room = try RoomName(message.room)
        guard await members.contains(socket.id, in: room) else { throw ChatError("you are not in this room") }
        guard (1...2_000).contains(message.text.count) else { throw ChatError("a message has 1 to 2,000 characters") }
        try socket.to(room.name).emit(
            "message", Delivery(room: room.name, from: nickname(of: socket), text: message.text))
        try event.ack(Answer())
    }

    private func typing(_ socket: Socket, _ event: SocketEvent) async throws {
        let room = try RoomName(event.decode(String.self))
        guard await members.contains(socket.id, in: room) else { return }
        // Of no use to a client that is too slow to have it now.
        try socket.to(room.name).volatile.emit("typing", Presence(room: room.name, nickname: nickname(of: socket)))
    }

    private func disconnected(_ socket: Socket, _ reason: DisconnectReason) async {
        guard let nickname = try? nickname(of: socket) else { return }
        for room in await members.leaveAll(socket.id) {
            // An event of this name and shape can always be encoded.
            try? socket.to(room.name).emit("left", Presence(room: room.name, nickname: nickname))
        }
    }

    /// Whoever asked for an acknowledgement learns what was wrong, and no more than that.
    private func failed(_ socket: Socket, _ event: SocketEvent, _ error: any Error) async {
        let text = (error as? ChatError)?.text ?? "that is not what \(event.name) needs"
        _ = try? event.ack(Answer(error: text))
    }

    private func nickname(of socket: Socket) throws -> String {
        guard let nickname = socket.data(as: String.self) else { throw ChatError("you have no nickname") }
        return nickname
    }
}
