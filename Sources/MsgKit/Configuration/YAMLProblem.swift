/// Something wrong with a YAML file itself, whatever its keys mean.
struct YAMLProblem: Error, Sendable, Equatable {
    var mark: YAMLNode.Mark?
    /// The keys around it, outermost first; an item of a list counts as a nameless step.
    var path: [String] = []
    var problem: String
    var remedy: String
}
