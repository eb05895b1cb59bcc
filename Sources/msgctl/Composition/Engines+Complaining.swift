import MsgKit

extension Engines {
    /// Opens an engine, which touches no network; what is wrong with its setting says where that was written.
    static func opening<Backend>(
        _ path: String, _ configuration: Configuration, _ open: () throws -> Backend
    ) throws -> Backend {
        do {
            return try open()
        } catch let error as MsgError where error.code == .configuration {
            throw MsgError(
                .configuration, configuration.places.complaint(about: path, error.operatorMessage), cause: error.cause)
        }
    }
}
