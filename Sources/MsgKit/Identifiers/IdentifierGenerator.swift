/// Where new ids come from; injected so that a test knows them beforehand.
public protocol IdentifierGenerator: Sendable {
    /// An id that this generator has not given before.
    func next<Entity>(_ type: Entity.Type) -> Identifier<Entity>
}
