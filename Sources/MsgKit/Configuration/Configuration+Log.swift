import Logging

extension Configuration {
    /// What is logged to standard error, and how.
    public struct Log: Sendable, Equatable {
        /// The form of a log line.
        public enum Format: String, Sendable, CaseIterable {
            case text
            case json
        }

        /// Entries below this level are dropped.
        public var level = Logger.Level.info
        public var format = Format.text
        /// Where entries go instead of standard error; opened anew on SIGHUP.
        public var file: String?

        public init() {}
    }
}
