import Logging

extension Logger {
    /// Logs the failure of work that goes on by itself and will be tried again. What an engine has told of already, once
    /// for all whose work it stops, is repeated only to whoever looks for details.
    public func retrying(
        _ message: Message, after error: any Error, level: Level = .warning, metadata: Metadata = [:]
    ) {
        var metadata = metadata
        metadata["error"] = "\(String(reflecting: error))"
        log(level: (error as? MsgError)?.isTold == true ? .debug : level, message, metadata: metadata)
    }
}
