/// An event that the server emits: its Socket.IO name and its one argument.
public protocol ServerEvent: JSONWritable {
    static var name: String { get }
    /// See ``RoomEmission/isVolatile``.
    static var isVolatile: Bool { get }
    /// See ``RoomEmission/key``.
    var recoveryKey: String? { get }
}

extension ServerEvent {
    public static var isVolatile: Bool { false }
    public var recoveryKey: String? { nil }

    /// The event on its way to rooms.
    /// - Throws: ``ErrorCode/internalError`` when it can't be written as JSON.
    public func emission(to rooms: [Room], except: [Room] = []) throws -> RoomCommand {
        do {
            return .emit(
                RoomEmission(
                    event: Self.name, arguments: [try json()], rooms: rooms, except: except, key: recoveryKey,
                    isVolatile: Self.isVolatile, request: RequestID.current?.description))
        } catch {
            throw MsgError(.internalError, "An event could not be written.", cause: error)
        }
    }
}
