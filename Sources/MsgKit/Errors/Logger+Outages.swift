import Logging

extension Logger {
    /// The source of what engines log of not being usable; a command that soon ends says that itself, as its own error.
    public static var outages: String { "outages" }
}
