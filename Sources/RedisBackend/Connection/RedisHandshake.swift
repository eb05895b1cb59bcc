/// What is said first on a connection, and what the server says of itself.
struct RedisHandshake {
    /// AUTH and SELECT where the address asks for them, then who answers.
    let commands: [RedisCommand]
    private var replies = 0
    /// Tells one run of one server from every other; nil when the server does not tell.
    private(set) var runID: String?

    init(_ address: RedisAddress) {
        var commands: [RedisCommand] = []
        if let password = address.password {
            commands.append(address.user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password))
        }
        if address.database != 0 { commands.append(RedisCommand("SELECT", String(address.database))) }
        commands.append(RedisCommand("CLIENT", "SETNAME", "msgctl"))
        commands.append(RedisCommand("PING"))
        commands.append(RedisCommand("INFO", "server"))
        self.commands = commands
    }

    /// True when it is done.
    mutating func receive(_ reply: RedisValue) throws(RedisFailure) -> Bool {
        let isLast = replies == commands.count - 1
        // A user may be forbidden to name connections or to read INFO; nothing depends on either.
        let isOptional = isLast || replies == commands.count - 3
        if case .error(let text) = reply, !isOptional { throw .refused(text) }
        replies += 1
        if isLast, let text = reply.string { runID = Self.runID(in: text) }
        return isLast
    }

    private static func runID(in info: String) -> String? {
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
        return line.map { String($0.dropFirst("run_id:".count)) }
    }
}
