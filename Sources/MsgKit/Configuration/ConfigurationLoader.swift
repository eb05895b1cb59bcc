import Logging

/// Reads every source into a configuration, in order of precedence, and gathers what is wrong with them.
struct ConfigurationLoader {
    private var configuration = Configuration()
    private var pools = ConfigurationPools()
    private var complaints = ComplaintList()
    /// Where each key that was set got its value, for complaints about how keys go together.
    private var origins: [String: ConfigurationOrigin] = [:]
    /// Keys that something was written for, usable or not.
    private var attempted: Set<String> = []

    mutating func load(_ sources: ConfigurationSources) throws(ConfigurationError) -> Configuration {
        readFile(sources)
        readVariables(sources)
        readFlags(sources)
        configuration.pools = pools.schedules(from: configuration.schedule)
        origins.merge(pools.origins) { first, _ in first }
        checkRules()
        // Whoever develops wants to see what happens, unless they say otherwise.
        if configuration.server.environment == .development, origins["log.level"] == nil {
            configuration.log.level = .debug
        }
        if let error = complaints.error { throw error }
        configuration.places.origins = origins
        return configuration
    }

    private mutating func readFile(_ sources: ConfigurationSources) {
        let implicit = ["config.yaml", sources.systemFile]
        guard let file = open(explicit: sources.file, implicit: implicit, in: sources.workingDirectory) else { return }
        let document = YAMLDocument(file.bytes, origin: file.origin)
        let before = complaints
        complaints = document.complaints
        if let root = document.root {
            let tree = ConfigurationTree.read(root, file: file.origin, complaints: &complaints)
            for (key, input) in tree.inputs { assign(key, input) }
            pools = tree.pools
        }
        complaints.sortByPlace()
        let ofFile = complaints
        complaints = before
        complaints.add(ofFile)
    }

    private mutating func readVariables(_ sources: ConfigurationSources) {
        let names = [".env"]
        if let file = open(explicit: sources.environmentFile, implicit: names, in: sources.workingDirectory) {
            let dotenv = DotenvFile(file.bytes, origin: file.origin)
            complaints.add(dotenv.complaints)
            // A variable of the environment hides the file's of that name, even when it is empty.
            let variables = dotenv.variables.filter { sources.environment[$0.name] == nil }
            readVariables(
                variables.map { ($0.name, $0.value, file.origin.at(line: $0.line).variable($0.name)) })
        }
        readVariables(
            sources.environment.sorted { $0.key < $1.key }
                .map { ($0.key, $0.value, ConfigurationOrigin.environment.variable($0.key)) })
    }

    private mutating func readVariables(_ variables: [(name: String, value: String, origin: ConfigurationOrigin)]) {
        // The original's names first, so that MSGCTL_… wins where both are set.
        let known = variables.filter { ConfigurationKey.byVariable[$0.name] != nil }
        let isOwn = { (name: String) in name.hasPrefix(ConfigurationKey.variablePrefix) }
        for variable in known.filter({ !isOwn($0.name) }) + known.filter({ isOwn($0.name) }) {
            // Empty means not set, as `${PORT:-}` in a compose file makes it.
            guard !variable.value.isEmpty, let key = ConfigurationKey.byVariable[variable.name] else { continue }
            assign(key, ConfigurationInput(.text(variable.value), variable.origin))
        }
        for variable in variables
        where isOwn(variable.name) && ConfigurationKey.byVariable[variable.name] == nil
            && !Self.isOfTests(variable.name)
            && !KubernetesServiceLink.isOne(name: variable.name, value: variable.value)
        {
            complaints.add(
                Complaint(
                    variable.origin, keyPath: nil, problem: "unknown variable",
                    remedy: Self.remedy(forVariable: variable.name)))
        }
    }

    private mutating func readFlags(_ sources: ConfigurationSources) {
        for (path, value) in sources.flags.sorted(by: { $0.key < $1.key }) {
            if let key = ConfigurationKey.byPath[path] {
                assign(key, ConfigurationInput(.text(value), .commandLine))
            } else {
                complaints.add(
                    Complaint(
                        .commandLine, keyPath: path, problem: "unknown key",
                        remedy: Self.remedy(for: path, among: ConfigurationKey.all.map(\.path))))
            }
        }
    }

    /// Variables of the scripts that test and measure the program, which may be set where it runs.
    private static func isOfTests(_ name: String) -> Bool { name.hasPrefix("MSGCTL_TEST_") || name == "MSGCTL_BIN" }

    private static func remedy(forVariable name: String) -> String {
        name.hasPrefix("\(ConfigurationKey.variablePrefix)POOLS_")
            ? "write pools into the file; variables set what is the same for all of them"
            : remedy(for: name, among: ConfigurationKey.all.map(\.variable), otherwise: "unset it, or ")
    }

    private static func remedy(for name: String, among names: [String], otherwise: String = "") -> String {
        Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
            ?? "\(otherwise)see config.yaml.example for the names"
    }

    private mutating func assign(_ key: ConfigurationKey, _ input: ConfigurationInput) {
        if !input.isNull { attempted.insert(key.path) }
        do throws(InvalidValue) {
            try key.assign(input, &configuration)
            origins[key.path] = input.origin
        } catch {
            for fault in error.faults {
                complaints.add(
                    Complaint(fault.origin, keyPath: key.path, problem: fault.problem, remedy: fault.remedy))
            }
        }
    }

    /// What no key can check by itself.
    private mutating func checkRules() {
        checkWindow(of: configuration.schedule, end: "schedule.window_end", start: "schedule.window_start")
        for (pool, schedule) in configuration.pools.sorted(by: { $0.key < $1.key }) {
            let paths = (ConfigurationPools.path(pool, "window_end"), ConfigurationPools.path(pool, "window_start"))
            // A window that a pool only has from the others was looked at with theirs.
            guard origins[paths.0] != nil || origins[paths.1] != nil else { continue }
            checkWindow(of: schedule, end: paths.0, start: paths.1)
        }
        checkSpelling("schedule.plan", older: "schedule.plan_at")
        checkSpelling("schedule.enqueue", older: "schedule.enqueue_interval")
        if configuration.auth.refreshTokenLifetime <= configuration.auth.accessTokenLifetime {
            complain(
                about: "auth.refresh_token_lifetime", or: "auth.access_token_lifetime",
                "refresh tokens would not outlive access tokens",
                remedy: "make refresh_token_lifetime longer than access_token_lifetime")
        }
        if (configuration.auth.outsideIssuer == nil) != (configuration.auth.outsideJWKSFile == nil) {
            complain(
                about: "auth.outside_issuer", or: "auth.outside_jwks_file",
                "outside_issuer and outside_jwks_file go together", remedy: "set both, or neither")
        }
        if configuration.metrics.access == .token, !attempted.contains("metrics.token") {
            complain(
                about: "metrics.token", or: "metrics.access", "metrics.access is token, and there is none",
                remedy: "set metrics.token, such as \"openssl rand -base64 24\" prints")
        }
        checkEngines()
        checkTLS()
    }

    private mutating func checkTLS() {
        let certificate = ("server.tls_certificate", configuration.server.tlsCertificate)
        let key = ("server.tls_key", configuration.server.tlsKey)
        for ((path, value), (other, _)) in [(certificate, key), (key, certificate)]
        where value != nil && !attempted.contains(other) {
            complain(
                about: path, or: path, "TLS needs a certificate and its key, and \(other) is not set",
                remedy: "set \(other) too, or unset this to serve plain HTTP")
        }
    }

    private mutating func checkWindow(of schedule: Configuration.Schedule, end: String, start: String) {
        guard schedule.windowEnd <= schedule.windowStart else { return }
        complain(
            about: end, or: start,
            "\(schedule.windowEnd) is not after window_start, which is \(schedule.windowStart)",
            remedy: "write a later time of the same day")
    }

    /// Two keys for one thing: whichever was meant, the other would be overlooked.
    private mutating func checkSpelling(_ path: String, older: String) {
        guard attempted.contains(path), attempted.contains(older) else { return }
        complain(
            about: older, or: path, "\(path) says the same and is set too", remedy: "keep \(path) and remove this one")
    }

    /// Which engines go together: what other machines share must not depend on what only this one sees.
    private mutating func checkEngines() {
        let store = configuration.store
        // Of what was written and is wrong there is a complaint already.
        if store.mongoDBURI != nil, !attempted.contains("cache.redis_url") {
            complain(
                about: "store.mongodb_uri", or: "store.mongodb_uri",
                "several machines can share the records, but without Redis not the events, presence and leases",
                remedy: "set cache.redis_url (REDIS_URL) too, or unset this to use the embedded engine")
        }
        if store.mongoDBURI != nil, !attempted.contains("auth.jwt_secret"), !attempted.contains("auth.jwt_key_file") {
            complain(
                about: "auth.jwt_secret", or: "store.mongodb_uri",
                "with MongoDB every process must sign tokens with the same key, and there is none",
                remedy: "set auth.jwt_secret (JWT_SECRET), such as \"openssl rand -base64 48\" prints")
        }
        if configuration.queue.rabbitMQURL != nil, !attempted.contains("store.mongodb_uri") {
            complain(
                about: "queue.rabbitmq_url", or: "queue.rabbitmq_url",
                "workers of other machines would take jobs whose messages are in this machine's embedded store only",
                remedy: "set store.mongodb_uri (MONGODB_URI) too, or unset this to use the embedded queue")
        }
    }

    /// The complaint stands where the first key was written, or the second when only that one was.
    private mutating func complain(about path: String, or other: String, _ problem: String, remedy: String) {
        let written = [path, other].first { origins[$0] != nil } ?? path
        let origin = origins[written] ?? ConfigurationOrigin(source: "defaults")
        complaints.add(Complaint(origin, keyPath: path, problem: problem, remedy: remedy))
    }

    /// The explicit file, else the first of the implicit ones that exists. Complains unless there simply is none.
    private mutating func open(
        explicit: String?, implicit: [String], in directory: String
    ) -> (bytes: [UInt8], origin: ConfigurationOrigin)? {
        for path in explicit.map({ [$0] }) ?? implicit {
            let origin = ConfigurationOrigin(source: path)
            let place = BoundedFile.resolve(path, in: directory)
            do throws(BoundedFile.Failure) {
                return (try BoundedFile.read(place), origin)
            } catch {
                // A directory that this user may not enter, such as root's own, has nothing for them.
                if explicit == nil, error == .missing || !BoundedFile.mayEnterDirectory(of: place) { continue }
                complaints.add(Complaint(origin, keyPath: nil, problem: error.problem, remedy: error.remedy))
                return nil
            }
        }
        return nil
    }
}
