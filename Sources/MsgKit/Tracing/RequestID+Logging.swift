import Logging

extension RequestID {
    /// Puts the current one beside every log line, as `request`.
    public static let metadataProvider = Logger.MetadataProvider { current.map { ["request": "\($0)"] } ?? [:] }
}
