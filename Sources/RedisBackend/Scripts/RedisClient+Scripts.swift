extension RedisClient {
    /// Runs a script. One that the server does not know has not been run, so it is sent again in full.
    /// - Parameter runID: the run of the server that it is meant for; any when nil.
    func run(
        _ script: LuaScript, keys: [String], arguments: [String], runID: String? = nil
    ) async throws -> RedisValue {
        let replies = try await send([script.command(keys: keys, arguments: arguments)], runID: runID)
        guard case .error(let text)? = replies.first else {
            guard let reply = replies.first else { throw error(.unexpectedReply) }
            return reply
        }
        guard text.hasPrefix("NOSCRIPT") else { throw error(.refused(text)) }
        let again = try await send([script.fullCommand(keys: keys, arguments: arguments)], runID: runID)
        guard let reply = again.first else { throw error(.unexpectedReply) }
        if case .error(let text) = reply { throw error(.refused(text)) }
        return reply
    }
}
