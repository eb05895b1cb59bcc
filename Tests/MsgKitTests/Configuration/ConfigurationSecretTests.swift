import Testing

@testable import MsgKit

@Suite struct ConfigurationSecretTests {
    private let key = "0123456789abcdef0123456789abcdef"

    @Test func noWayOfPrintingShowsASecret() throws {
        let configuration = try ConfigurationFolder().load(environment: ["JWT_SECRET": key])
        #expect(configuration.auth.jwtSecret?.reveal() == key)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(key))
            #expect(text.contains("<secret>"))
        }
    }

    @Test func aShortKeyIsRefusedWithoutBeingShown() throws {
        #expect(
            try ConfigurationFolder().complaints(environment: ["JWT_SECRET": "hunter2"]) == [
                "environment: JWT_SECRET: 7 bytes are too few; write at least 32 bytes of random text, "
                    + #"such as "openssl rand -base64 48" prints"#
            ])
    }

    @Test(arguments: [
        "auth:\n  jwt_secret: [hunter2]\n", "auth:\n  jwt_secret: {hunter2: hunter2}\n", "auth: hunter2\n",
        "auth:\n  jwt_secert: hunter2\n", "auth:\n  jwt_secret: !x hunter2\n", "auth:\n  jwt_secret: \"hunter2\n",
        "store:\n  mongodb_uri: mongodb://u:hunter2@h/\n", "server:\n  client_urls: [\"https://u:hunter2@h\"]\n",
    ])
    func noComplaintAboutTheFileShowsAValue(yaml: String) throws {
        let complaints = try ConfigurationFolder.complaints(yaml: yaml)
        #expect(!complaints.isEmpty)
        #expect(complaints.allSatisfy { !$0.contains("hunter2") })
    }

    @Test(arguments: [
        "JWT_SECRET=hunter2", "JWT_SECRET='hunter2", "hunter2", "hunter 2=hunter2", "MONGODB_URI=hunter2",
    ])
    func noComplaintAboutTheEnvFileShowsAValue(line: String) throws {
        let complaints = try ConfigurationFolder([".env": line]).complaints()
        #expect(!complaints.isEmpty)
        #expect(complaints.allSatisfy { !$0.contains("hunter2") })
    }

    @Test func addressesOfEnginesAreCheckedWithoutBeingShown() {
        let syntax = ValueSyntax<Secret>.engineURL(["redis", "rediss"])
        func outcome(_ text: String) -> String {
            do throws(InvalidValue) {
                return try syntax.read(ConfigurationInput(.text(text), .environment)).reveal()
            } catch {
                return error.faults.map(\.problem).joined()
            }
        }
        func remedy(_ text: String) -> String {
            do throws(InvalidValue) {
                return try syntax.read(ConfigurationInput(.text(text), .environment)).reveal()
            } catch {
                return error.faults.map(\.remedy).joined()
            }
        }
        #expect(outcome("rediss://:hunter2@cache:6379/0") == "rediss://:hunter2@cache:6379/0")
        #expect(outcome("hunter2") == "the value is not a URL")
        #expect(outcome("hunter2://h") == "the URL has another scheme")
        #expect(outcome("redis://a:hun@ter2@h") == "the URL has more than one @ before the host")
        for special in ["/", "?", "#"] {
            #expect(remedy("redis://a:hunter2\(special)@h").contains("percent-encode"), "\(special)")
        }
        #expect(remedy("redis://a:hun@ter2@h").contains("@ as %40"))
        #expect(outcome("redis://hunter2,b") == "the URL names several hosts")
    }
}
