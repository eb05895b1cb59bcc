import Crypto
import Foundation

/// A script that the server runs as one step. Arguments are text; numbers in them are written without an exponent.
struct LuaScript: Sendable {
    let source: String
    /// By which the server knows a script that it has seen before.
    let sha1: String

    init(_ source: String) {
        self.source = source
        sha1 = Insecure.SHA1.hash(data: Data(source.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// By its hash.
    func command(keys: [String], arguments: some Sequence<String>) -> RedisCommand {
        command("EVALSHA", sha1, keys: keys, arguments: arguments)
    }

    /// In full, after which the server knows it.
    func fullCommand(keys: [String], arguments: some Sequence<String>) -> RedisCommand {
        command("EVAL", source, keys: keys, arguments: arguments)
    }

    private func command(
        _ verb: String, _ script: String, keys: [String], arguments: some Sequence<String>
    ) -> RedisCommand {
        var command = RedisCommand(verb, script, String(keys.count))
        command.append(contentsOf: keys)
        command.append(contentsOf: arguments)
        return command
    }
}
