/// What a file says of pools of users: each has the values of the schedule, but for those that it sets itself.
struct ConfigurationPools {
    static let section = "pools"
    private static let limit = 100

    private var names: [String] = []
    private var values: [(pool: String, key: ConfigurationKey, input: ConfigurationInput)] = []

    /// Reads the section; what is wrong in it is complained of and left out.
    mutating func read(_ node: YAMLNode, file: ConfigurationOrigin, complaints: inout ComplaintList) {
        let pools = ConfigurationTree.entries(of: node, path: Self.section, file: file, complaints: &complaints) ?? []
        guard pools.count <= Self.limit else {
            complaints.add(
                Complaint(
                    file.at(node.mark), keyPath: Self.section, problem: "\(pools.count) pools are too many",
                    remedy: "write up to \(Self.limit)"))
            return
        }
        for pool in pools {
            let path = "\(Self.section).\(pool.key)"
            if let refusal = Self.refusal(of: pool.key) {
                complaints.add(
                    Complaint(
                        file.at(pool.mark), keyPath: path, problem: refusal.problem,
                        remedy: refusal.remedy ?? "write \(ValueSyntax<String>.lowercaseName.expects)"))
                continue
            }
            names.append(pool.key)
            let entries = ConfigurationTree.entries(of: pool.value, path: path, file: file, complaints: &complaints)
            for entry in entries ?? [] { read(entry, of: pool.key, file: file, complaints: &complaints) }
        }
    }

    /// The schedule of each pool, where `schedule` is that of all.
    func schedules(from schedule: Configuration.Schedule) -> [String: Configuration.Schedule] {
        var schedules = Dictionary(names.map { ($0, schedule) }) { first, _ in first }
        for (pool, key, input) in values {
            var own = schedules[pool] ?? schedule
            // It was read before, to no effect but its complaints.
            guard let assign = key.assignInPool, (try? assign(input, &own)) != nil else { continue }
            // The older spelling of all must not hide what the pool says.
            if key.name == "plan" { own.planAt = nil }
            schedules[pool] = own
        }
        return schedules
    }

    /// Where what the pools set is written, by path.
    var origins: [String: ConfigurationOrigin] {
        Dictionary(values.map { (Self.path($0.pool, $0.key.name), $0.input.origin) }) { first, _ in first }
    }

    /// `pools.night.plan`.
    static func path(_ pool: String, _ name: String) -> String { "\(section).\(pool).\(name)" }

    private mutating func read(
        _ entry: YAMLNode.Entry, of pool: String, file: ConfigurationOrigin, complaints: inout ComplaintList
    ) {
        let path = Self.path(pool, entry.key)
        guard let key = ConfigurationKey.ofPools.first(where: { $0.name == entry.key }),
            let assign = key.assignInPool
        else {
            complaints.add(
                Complaint(
                    file.at(entry.mark), keyPath: path, problem: "unknown key",
                    remedy: ConfigurationTree.remedy(forKey: entry.key, among: ConfigurationKey.ofPools)))
            return
        }
        let input = ConfigurationInput(entry.value, in: file)
        var unused = Configuration.Schedule()
        do throws(InvalidValue) {
            try assign(input, &unused)
            values.append((pool, key, input))
        } catch {
            for fault in error.faults {
                complaints.add(Complaint(fault.origin, keyPath: path, problem: fault.problem, remedy: fault.remedy))
            }
        }
    }

    private static func refusal(of name: String) -> Refusal? {
        guard name != Plan.defaultPool else {
            return Refusal(
                "\(name) is the pool of everybody who is in no other", remedy: "write its keys below \"schedule:\"")
        }
        return ValueSyntax<String>.isLowercaseName(name) ? nil : Refusal("\(name.quoted) is not such a name")
    }
}
