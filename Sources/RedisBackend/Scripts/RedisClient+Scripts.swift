extension RedisClient {
    /// Runs a script. One that the server does not know has not been run, so it is sent again in full.
    /// - Parameter runID: the run of the server that it is meant for; any when nil.
    func run(
        _ script: LuaScript, keys: [String], arguments: [String], runID: String? = nil
    ) async throws -> RedisValue {
        let replies = try await send([script.command(keys: keys, arguments: arguments)], runID: runID)
        guard case .error(let text)? = replies.first else {
            guard let reply = replies.first else { throw RedisFailure.unexpectedReply.msgError }
            return reply
        }
        guard text.hasPrefix("NOSCRIPT") else { throw RedisFailure.refused(text).msgError }
        let again = try await send([script.fullCommand(keys: keys, arguments: arguments)], runID: runID)
        guard let reply = again.first else { throw RedisFailure.unexpectedReply.msgError }
        if case .error(let text) = reply { throw RedisFailure.refused(text).msgError }
        return reply
    }
}
