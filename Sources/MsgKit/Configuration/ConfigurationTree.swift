/// Matches a file's tree with the table of keys.
enum ConfigurationTree {
    /// The known keys of the tree in its order, and the pools; what is not known, or not in its place, is complained of.
    static func read(
        _ root: YAMLNode, file: ConfigurationOrigin, complaints: inout ComplaintList
    ) -> (inputs: [(ConfigurationKey, ConfigurationInput)], pools: ConfigurationPools) {
        var inputs: [(ConfigurationKey, ConfigurationInput)] = []
        var pools = ConfigurationPools()
        for section in entries(of: root, path: nil, file: file, complaints: &complaints) ?? [] {
            guard section.key != ConfigurationPools.section else {
                pools.read(section.value, file: file, complaints: &complaints)
                continue
            }
            guard let keys = ConfigurationKey.bySection[section.key] else {
                complaints.add(
                    Complaint(
                        file.at(section.mark), keyPath: section.key, problem: "unknown section",
                        remedy: remedy(forSection: section.key)))
                continue
            }
            let entries = entries(of: section.value, path: section.key, file: file, complaints: &complaints) ?? []
            for entry in entries {
                if let key = keys.first(where: { $0.name == entry.key }) {
                    inputs.append((key, ConfigurationInput(entry.value, in: file)))
                } else {
                    complaints.add(
                        Complaint(
                            file.at(entry.mark), keyPath: "\(section.key).\(entry.key)", problem: "unknown key",
                            remedy: remedy(forKey: entry.key, among: keys)))
                }
            }
        }
        return (inputs, pools)
    }

    /// The keys below a node; none for a section that is left empty, `nil` for something else than keys.
    static func entries(
        of node: YAMLNode, path: String?, file: ConfigurationOrigin, complaints: inout ComplaintList
    ) -> [YAMLNode.Entry]? {
        if node.isNull { return [] }
        if case .mapping(let entries) = node.content { return entries }
        complaints.add(
            Complaint(
                file.at(node.mark), keyPath: path, problem: "not a group of keys",
                remedy: path == nil
                    ? "write sections such as \"server:\" with keys below" : "write \"key: value\" lines"))
        return nil
    }

    private static func remedy(forSection name: String) -> String {
        // A key written without its section is likelier than a slip in a section's name.
        if let key = ConfigurationKey.all.first(where: { $0.name == name || $0.path == name }) {
            return "write \(key.name) below \"\(key.section):\""
        }
        if let nearest = Suggestion.nearest(to: name, among: ConfigurationKey.sections) {
            return "did you mean \(nearest)?"
        }
        return "use one of \(ConfigurationKey.sections.joined(separator: ", "))"
    }

    /// What somebody may have meant who wrote an unknown key among some.
    static func remedy(forKey name: String, among keys: [ConfigurationKey]) -> String {
        if let nearest = Suggestion.nearest(to: name, among: keys.map(\.name)) { return "did you mean \(nearest)?" }
        if let elsewhere = ConfigurationKey.all.first(where: { $0.name == name }) {
            return "write it below \"\(elsewhere.section):\""
        }
        return keys.isEmpty ? "remove it" : "use one of \(keys.map(\.name).joined(separator: ", "))"
    }
}
