import Testing

@testable import MsgKit

/// The file as YAML, whatever its keys mean.
@Suite struct ConfigurationYAMLTests {
    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "---\n...\n", "~", "null\n", "{}", "server:\n", "server: {}\nlog: ~\n",
        "\u{FEFF}server:\n  port: 3000\n", "server:\r\n  port: 3000\r\n", "server: {\"port\": \"3000\"}",
    ])
    func filesThatSayNothingNewAreFine(yaml: String) throws {
        #expect(try ConfigurationFolder(["config.yaml": yaml]).load() == Configuration())
    }

    @Test(arguments: [
        (
            "server:\n\tport: 1\n",
            "config.yaml:2:1: a tab where YAML allows none; indent with spaces"
        ),
        (
            "server:\n  host: \"abc\n  port: 1\n",
            "config.yaml:4:1: the file is not valid YAML: found unexpected end of stream while scanning a quoted scalar "
                + "that starts on line 2; check quotes, brackets, colons and indentation from here upwards"
        ),
        (
            "server: {port: 1\n",
            "config.yaml:2:1: the file is not valid YAML: did not find expected ',' or '}' while parsing a flow mapping "
                + "that starts on line 1; check quotes, brackets, colons and indentation from here upwards"
        ),
        (
            "server:\n  port: 1\n host: a\n",
            "config.yaml:3:2: the file is not valid YAML: did not find expected key while parsing a block mapping "
                + "that starts on line 1; check quotes, brackets, colons and indentation from here upwards"
        ),
        (
            "server: &s\n  port: 1\n",
            "config.yaml:1:9: server: an anchor (&name), which is not supported here; "
                + "remove it and write the value wherever it is needed"
        ),
        (
            "server:\n  port: *p\n",
            "config.yaml:2:9: server.port: an alias (*name), which is not supported here; write the value out"
        ),
        (
            "server:\n  host: !!str a\n",
            "config.yaml:2:9: server.host: a tag (!name), which is not supported here; remove it"
        ),
        (
            "server:\n  port: 1\n  host: a\n  port: 2\n",
            "config.yaml:4:3: server.port: given a second time, first on line 2; keep one of the two"
        ),
        (
            "log: {}\nserver: {}\nlog: {}\n",
            "config.yaml:3:1: log: given a second time, first on line 1; keep one of the two"
        ),
        (
            "server:\n  [a]: 1\n",
            "config.yaml:2:3: server: a key that is not plain text; write a name and a colon"
        ),
        (
            "? {a: [b]}\n: 1\n",
            "config.yaml:1:3: a key that is not plain text; write a name and a colon"
        ),
        (
            "log: {}\n---\nlog: {}\n",
            "config.yaml:2:1: a second document starts here; keep one document in the file"
        ),
        (
            "log: {level: \"\u{1}\"}\n",
            "config.yaml:1:15: the file is not valid text: control characters are not allowed; "
                + "save it as UTF-8 without control characters"
        ),
        (
            "# é\nlog: \0\n",
            "config.yaml:2:6: the file is not valid text: control characters are not allowed; "
                + "save it as UTF-8 without control characters"
        ),
    ])
    func aBrokenFile(yaml: String, complaint: String) throws {
        #expect(try ConfigurationFolder.complaints(yaml: yaml).first == complaint)
    }

    @Test func invalidUTF8IsPlaced() throws {
        let folder = try ConfigurationFolder()
        try folder.write(Array("# é\nlog: ".utf8) + [0xFF, 0x0A], to: "config.yaml")
        #expect(
            folder.complaints() == [
                "config.yaml:2:6: the file is not valid text: invalid leading UTF-8 octet; "
                    + "save it as UTF-8 without control characters"
            ])
        // What would be a byte order mark of UTF-16 is no exception.
        try folder.write([0xFF, 0xFE, 0x41, 0x00], to: "config.yaml")
        #expect(folder.complaints().count == 1)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func deepNestingIsRefused(opening: String) throws {
        for depth in [17, 100_000] {
            let yaml = String(repeating: opening, count: depth)
            let complaints = try ConfigurationFolder.complaints(yaml: yaml)
            #expect(complaints.contains { $0.contains("more than 16 levels of nesting") }, "\(complaints)")
        }
    }

    @Test func aliasesCanNotMultiply() throws {
        var yaml = "a: &a [x, x, x]\n"
        for (name, previous) in zip("bcdefgh", "abcdefg") {
            yaml += "\(name): &\(name) [*\(previous), *\(previous), *\(previous)]\n"
        }
        let complaints = try ConfigurationFolder.complaints(yaml: yaml)
        #expect(complaints.count == 8 + 8 + 21)
    }

    @Test func aTreeKeepsItsPlaces() throws {
        let document = YAMLDocument(Array("é: [ü, 'b']\n".utf8), origin: ConfigurationOrigin(source: "f"))
        let list = YAMLNode(
            mark: .init(line: 1, column: 4),
            content: .sequence([
                YAMLNode(mark: .init(line: 1, column: 5), content: .scalar("ü", isPlain: true)),
                YAMLNode(mark: .init(line: 1, column: 8), content: .scalar("b", isPlain: false)),
            ]))
        let root = YAMLNode(
            mark: .init(line: 1, column: 1),
            content: .mapping([.init(key: "é", mark: .init(line: 1, column: 1), value: list)]))
        #expect(document.root == root)
        #expect(document.complaints.isEmpty)
    }
}
