/// One setting: its names, its meaning, how its value is written.
///
/// The table ``all`` drives the file, variables, flags, suggestions and `--help`.
public struct ConfigurationKey: Sendable {
    /// `server`.
    public let section: String
    /// `client_urls`.
    public let name: String
    /// What it sets, in a sentence or two.
    public let summary: String
    /// What may be written, as in "write a port from 0 to 65535".
    public let expects: String
    /// The built-in value as the file would have it; `null` when there is none.
    public let defaultText: String
    /// Whether its value must never be printed.
    public let isSecret: Bool
    /// Variables of the original system that set it as well; `MSGCTL_…` wins over them in the same source.
    public let originalVariables: [String]

    /// Reads the input into the configuration, or says what is wrong with it.
    let assign: @Sendable (ConfigurationInput, inout Configuration) throws(InvalidValue) -> Void
    /// Likewise into a pool's; nil for what is the same for all pools.
    let assignInPool: (@Sendable (ConfigurationInput, inout Configuration.Schedule) throws(InvalidValue) -> Void)?

    init<Value: Sendable>(
        _ path: (section: String, name: String),
        _ target: any WritableKeyPath<Configuration, Value> & Sendable,
        _ syntax: ValueSyntax<Value>,
        variables: [String] = [],
        _ summary: String
    ) {
        self.section = path.section
        self.name = path.name
        self.summary = summary
        self.expects = syntax.expects
        self.defaultText = syntax.write(Configuration()[keyPath: target])
        self.isSecret = syntax.isSecret
        self.originalVariables = variables
        self.assign = { input, configuration throws(InvalidValue) in
            configuration[keyPath: target] = try syntax.read(input)
        }
        self.assignInPool = nil
    }

    /// A key of the section `schedule`.
    /// - Parameter ofPools: whether a pool may have a value of its own.
    init<Value: Sendable>(
        schedule name: String,
        _ target: any WritableKeyPath<Configuration.Schedule, Value> & Sendable,
        _ syntax: ValueSyntax<Value>,
        ofPools: Bool = false,
        _ summary: String
    ) {
        let set = {
            @Sendable (input: ConfigurationInput, schedule: inout Configuration.Schedule) throws(InvalidValue) in
            schedule[keyPath: target] = try syntax.read(input)
        }
        self.section = "schedule"
        self.name = name
        self.summary = summary
        self.expects = syntax.expects
        self.defaultText = syntax.write(Configuration.Schedule()[keyPath: target])
        self.isSecret = syntax.isSecret
        self.originalVariables = []
        self.assign = { input, configuration throws(InvalidValue) in try set(input, &configuration.schedule) }
        self.assignInPool = ofPools ? set : nil
    }

    /// `server.client_urls`.
    public var path: String { "\(section).\(name)" }

    /// `MSGCTL_SERVER_CLIENT_URLS`.
    public var variable: String { "\(Self.variablePrefix)\(section)_\(name)".uppercased() }

    /// Every variable that sets it, the one that wins last.
    public var variables: [String] { originalVariables + [variable] }

    static let variablePrefix = "MSGCTL_"
}
