/// Everything an operator can set, with the built-in defaults as initial values.
///
/// ``load(from:)`` fills one from a file, variables and flags; tests and embedders may build one by hand, in which
/// case the limits named in ``ConfigurationKey/expects`` are theirs to keep.
public struct Configuration: Sendable, Equatable {
    public var server = Server()
    public var limits = Limits()
    public var log = Log()
    public var metrics = Metrics()
    public var store = Store()
    public var cache = Cache()
    public var queue = Queue()
    public var search = Search()
    public var auth = Auth()
    public var realtime = Realtime()
    public var schedule = Schedule()
    /// Groups of users by name, each with what holds for it: ``schedule`` but for what its pool sets. The pool of everybody
    /// else, ``Plan/defaultPool``, is not among them.
    public var pools: [String: Schedule] = [:]
    public var worker = Worker()
    /// Where the values come from.
    public internal(set) var places = ConfigurationPlaces()

    public init() {}

    /// The configuration that the given sources describe.
    ///
    /// Precedence, lowest first: defaults, the YAML file, the `.env` file, the environment, flags. Every source is read
    /// to its end, so one error carries all that is wrong.
    public static func load(from sources: ConfigurationSources) throws(ConfigurationError) -> Configuration {
        var loader = ConfigurationLoader()
        return try loader.load(sources)
    }
}
