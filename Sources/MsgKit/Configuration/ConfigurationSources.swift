/// Where a configuration comes from, all of it given by the caller: nothing here looks at the process.
public struct ConfigurationSources: Sendable {
    /// `--config`; it must exist. Without it, `config.yaml` in the working directory, else ``systemFile``, if there.
    public var file: String?
    /// `--env-file`; it must exist. Without it, `.env` in the working directory, if there.
    public var environmentFile: String?
    /// What relative paths above are relative to.
    public var workingDirectory: String
    /// The file used when neither of the others is there.
    public var systemFile: String
    /// The environment's variables.
    public var environment: [String: String]
    /// Values from the command line by key path, such as `server.port`.
    public var flags: [String: String]

    public init(
        file: String? = nil,
        environmentFile: String? = nil,
        workingDirectory: String = ".",
        systemFile: String = "/etc/msgctl/config.yaml",
        environment: [String: String] = [:],
        flags: [String: String] = [:]
    ) {
        self.file = file
        self.environmentFile = environmentFile
        self.workingDirectory = workingDirectory
        self.systemFile = systemFile
        self.environment = environment
        self.flags = flags
    }
}
