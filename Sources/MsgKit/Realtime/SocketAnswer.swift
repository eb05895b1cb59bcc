import Foundation

/// The first argument of a client's acknowledgement; see ``RoomEmission/arguments`` for its form.
public struct SocketAnswer: Sendable, Equatable {
    public var argument: String
    public var attachments: [Data]

    public init(argument: String, attachments: [Data] = []) {
        self.argument = argument
        self.attachments = attachments
    }
}
