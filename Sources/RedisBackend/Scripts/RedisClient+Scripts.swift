extension RedisClient {
    /// Runs a script. One that the server does not know has not been run, so it is sent again in full.
    func run(_ script: LuaScript, keys: [String], arguments: [String]) async throws -> RedisValue {
        let replies = try await send([script.command(keys: keys, arguments: arguments)])
        guard case .error(let text)? = replies.first else {
            guard let reply = replies.first else { throw RedisFailure.unexpectedReply.msgError }
            return reply
        }
        guard text.hasPrefix("NOSCRIPT") else { throw RedisFailure.refused(text).msgError }
        return try await send(script.fullCommand(keys: keys, arguments: arguments))
    }
}
