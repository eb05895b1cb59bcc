/// The sockets of this process.
public protocol LocalRooms: Sendable {
    /// Carries a command out on this process's sockets; returns when every later command will find it done.
    func perform(_ command: RoomCommand) async
}
