import EngineIO
import NIOCore
import Synchronization

/// Everything that a namespace does to its sockets of this process. What reaches other processes goes in front of it.
final class LocalAdapter: Sendable {
    private let tables: [RoomTable]
    private let byLoop: [ObjectIdentifier: RoomTable]
    private let connected = Atomic(0)

    init(context: ServerContext) {
        tables = context.eventLoops.map { RoomTable(eventLoop: $0, observer: context.configuration.observer) }
        byLoop = Dictionary(
            tables.map { (ObjectIdentifier($0.eventLoop), $0) }, uniquingKeysWith: { first, _ in first })
    }

    var socketCount: Int { connected.load(ordering: .relaxed) }

    private func table(of socket: Socket) -> RoomTable? {
        byLoop[ObjectIdentifier(socket.eventLoop)]
    }

    // MARK: On the socket's loop

    func add(_ socket: Socket) { table(of: socket)?.add(socket) }
    func remove(_ socket: Socket) { table(of: socket)?.remove(socket) }
    func joinOnLoop(_ rooms: [String], _ socket: Socket) { table(of: socket)?.join(rooms, socket) }
    func roomsOnLoop(of socket: Socket) -> [String] { table(of: socket)?.roomNames(of: socket) ?? [] }
    func socketConnected() { connected.add(1, ordering: .relaxed) }
    func socketDisconnected() { connected.subtract(1, ordering: .relaxed) }

    // MARK: From anywhere

    /// One job for each loop; jobs of one caller keep their order.
    func broadcast(_ delivery: Delivery, to selection: RoomSelection) {
        for (index, table) in tables.enumerated() {
            table.eventLoop.execute {
                // The loops would otherwise pull the count of references to the same bytes from one core to the other, for
                // each recipient several times.
                table.deliver(index == 0 ? delivery : delivery.copiedIfSmall(), to: selection)
            }
        }
    }

    func removed(_ socket: Socket) async {
        await perform(table(of: socket)) { $0.remove(socket) }
    }

    /// Has every loop do something, without waiting for it.
    func command(_ body: @escaping @Sendable (RoomTable) -> Void) {
        for table in tables { table.eventLoop.execute { body(table) } }
    }

    func join(_ rooms: [String], _ socket: Socket) async {
        await perform(table(of: socket)) { $0.join(rooms, socket) }
    }

    func leave(_ rooms: [String], _ socket: Socket) async {
        await perform(table(of: socket)) { $0.leave(rooms, socket) }
    }

    func rooms(of socket: Socket) async -> [String] {
        await perform(table(of: socket)) { $0.roomNames(of: socket) } ?? []
    }

    func join(_ rooms: [String], in selection: RoomSelection) async {
        _ = await performEverywhere { table in
            for socket in table.sockets(in: selection) { table.join(rooms, socket) }
        }
    }

    func leave(_ rooms: [String], in selection: RoomSelection) async {
        _ = await performEverywhere { table in
            for socket in table.sockets(in: selection) { table.leave(rooms, socket) }
        }
    }

    func disconnect(in selection: RoomSelection, closing: Bool) async {
        _ = await performEverywhere { table in
            for socket in table.sockets(in: selection) { socket.connection.disconnect(socket, closing: closing) }
        }
    }

    func sockets(in selection: RoomSelection) async -> [Socket] {
        await performEverywhere { $0.sockets(in: selection).filter(\.isAdmitted) }.flatMap { $0 }
    }

    func rooms() async -> Set<String> {
        await performEverywhere { $0.occupiedRooms() }.reduce(into: []) { $0.formUnion($1) }
    }

    @discardableResult
    private func perform<Result: Sendable>(
        _ table: RoomTable?, _ body: @escaping @Sendable (RoomTable) -> Result
    ) async -> Result? {
        guard let table else { return nil }
        // Fails only when the event loop has stopped, and the sockets with it.
        return try? await table.eventLoop.submit { body(table) }.get()
    }

    private func performEverywhere<Result: Sendable>(
        _ body: @escaping @Sendable (RoomTable) -> Result
    ) async -> [Result] {
        let jobs = tables.map { table in table.eventLoop.submit { body(table) } }
        var results: [Result] = []
        for job in jobs {
            if let result = try? await job.get() { results.append(result) }
        }
        return results
    }
}
