/// Every target there is.
package enum FuzzTargets {
    package static var all: [any FuzzTarget.Type] {
        [
            PacketTarget.self, PayloadTarget.self, QueryTarget.self, SocketIOPacketTarget.self, SocketIOJSONTarget.self,
            WebSocketTarget.self, HTTPUpgradeTarget.self,
        ]
    }

    package static func named(_ name: String) -> (any FuzzTarget.Type)? {
        all.first { $0.name == name }
    }
}
