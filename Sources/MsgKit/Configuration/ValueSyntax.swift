/// How one kind of value is written and read.
struct ValueSyntax<Value: Sendable>: Sendable {
    typealias Reader = @Sendable (ConfigurationInput) throws(InvalidValue) -> Value
    typealias Writer = @Sendable (Value) -> String
    typealias Parser = @Sendable (String) throws(Refusal) -> Value

    /// What is accepted, as the object of "write …": `a port from 0 to 65535`.
    var expects: String
    /// Secret values are never repeated in a complaint nor written out.
    var isSecret = false
    var read: Reader
    /// The value as the file would have it.
    var write: Writer

    init(expects: String, isSecret: Bool = false, read: @escaping Reader, write: @escaping Writer) {
        self.expects = expects
        self.isSecret = isSecret
        self.read = read
        self.write = write
    }

    /// A value written as one text.
    init(
        scalar expects: String, isSecret: Bool = false, write: @escaping Writer, parse: @escaping Parser
    ) {
        self.init(
            expects: expects, isSecret: isSecret,
            read: { input throws(InvalidValue) in
                do throws(Refusal) {
                    return try parse(try Self.text(of: input))
                } catch {
                    throw InvalidValue(faults: [
                        .init(origin: input.origin, problem: error.problem, remedy: error.remedy ?? "write \(expects)")
                    ])
                }
            },
            write: write)
    }

    private static func text(of input: ConfigurationInput) throws(Refusal) -> String {
        switch input.content {
        case .text(let text), .scalar(let text): return text
        case .null: throw Refusal("has no value")
        case .list: throw Refusal("a list where one value is expected")
        case .mapping: throw Refusal("a group of keys where one value is expected")
        }
    }

    /// Another syntax with the possibility to leave the value out: `null`, or nothing after the colon.
    static func optional<Wrapped>(_ syntax: ValueSyntax<Wrapped>) -> ValueSyntax where Value == Wrapped? {
        ValueSyntax(
            expects: syntax.expects, isSecret: syntax.isSecret,
            read: { input throws(InvalidValue) in
                if input.isNull { return nil }
                return try syntax.read(input)
            },
            write: { value in value.map(syntax.write) ?? "null" })
    }
}
