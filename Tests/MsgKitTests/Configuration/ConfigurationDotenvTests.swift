import Testing

@testable import MsgKit

@Suite struct ConfigurationDotenvTests {
    @Test(arguments: [
        ("A=b", "b"), ("A=", ""), ("A= b c ", "b c"), ("  A = b\t", "b"), ("export A=b", "b"), ("export\tA=b", "b"),
        ("A=b # c", "b"), ("A=b#c", "b#c"), ("A=#c", ""), ("A='b # c' # d", "b # c"), ("A=\"b # c\"# d", "b # c"),
        (#"A='\n$B'"#, #"\n$B"#), (#"A="a\nb\tc\"d\\e\r""#, "a\nb\tc\"d\\e\r"), (#"A="\d$B${C}""#, #"\d$B${C}"#),
        (#"A=a\nb"#, #"a\nb"#), ("A=b=c", "b=c"), ("A=it's", "it's"), ("A=''", ""), ("A=b\r", "b"),
        ("A=\"é 日本\"", "é 日本"), ("exportA=b", "b"),
    ])
    func aLine(line: String, value: String) {
        let file = DotenvFile(Array(line.utf8), origin: ConfigurationOrigin(source: ".env"))
        #expect(file.complaints.isEmpty)
        #expect(file.variables.map(\.value) == [value])
        #expect(file.variables.allSatisfy { $0.name == (line.hasPrefix("exportA") ? "exportA" : "A") })
    }

    @Test func linesThatSayNothing() {
        let text = "\u{FEFF}\n  \n# A=b\n  # c\r\n\r\n"
        let file = DotenvFile(Array(text.utf8), origin: ConfigurationOrigin(source: ".env"))
        #expect(file.variables.isEmpty)
        #expect(file.complaints.isEmpty)
    }

    @Test(arguments: [
        ("A", #".env:1: the line has no "="; write NAME=value, or # before a comment"#),
        ("export A", #".env:1: the line has no "="; write NAME=value, or # before a comment"#),
        ("A='b", ".env:1: A: the quote is not closed; close it on the same line"),
        ("A=\"b\\\"", ".env:1: A: the quote is not closed; close it on the same line"),
        ("A=\"b\" c", ".env:1: A: text after the closing quote; put the whole value between the quotes"),
        ("A=b\nB=c\nA=d", ".env:3: A: given a second time, first on line 1; keep one of the two"),
        ("A=b\0", ".env:1: the line is not valid text; save the file as UTF-8 without NUL bytes"),
    ])
    func aBadLine(text: String, complaint: String) throws {
        #expect(try ConfigurationFolder([".env": text]).complaints() == [complaint])
    }

    @Test(arguments: ["=b", "A B=c", "1A=b", "É=b", "export =b", "A-B=c"])
    func aBadName(line: String) throws {
        #expect(
            try ConfigurationFolder([".env": "\n" + line]).complaints() == [
                #".env:2: what stands before "=" is not a variable's name; "#
                    + "write letters, digits and _ without spaces, not starting with a digit"
            ])
    }

    @Test func invalidUTF8IsPlaced() throws {
        let folder = try ConfigurationFolder()
        try folder.write(Array("A=b\nB=".utf8) + [0xC3, 0x28], to: ".env")
        #expect(
            folder.complaints() == [".env:2: the line is not valid text; save the file as UTF-8 without NUL bytes"])
    }

    @Test func theOriginalsFileIsUnderstood() throws {
        let text = """
            # Server Configuration
            PORT=3001
            NODE_ENV=development

            # JWT
            JWT_SECRET=your-super-secret-jwt-key-of-32-bytes

            # Client URL (for CORS)
            CLIENT_URL=http://localhost:3000
            LOG_LEVEL=info
            """
        let configuration = try ConfigurationFolder([".env": text]).load()
        #expect(configuration.server.port == 3001)
        #expect(configuration.server.clientURLs == ["http://localhost:3000"])
    }
}
