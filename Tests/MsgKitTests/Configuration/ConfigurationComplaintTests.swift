import Testing

@testable import MsgKit

/// What the operator reads, to the letter.
@Suite struct ConfigurationComplaintTests {
    @Test(arguments: [
        (
            "server:\n  port: abc\n",
            #"config.yaml:2:9: server.port: "abc" is not a whole number; write a port from 0 to 65535"#
        ),
        (
            "server:\n  port: 65536\n",
            #"config.yaml:2:9: server.port: "65536" is out of range; write a port from 0 to 65535"#
        ),
        (
            "server:\n  port: 99999999999999999999\n",
            #"config.yaml:2:9: server.port: "99999999999999999999" is out of range; write a port from 0 to 65535"#
        ),
        (
            "server:\n  port: [1]\n",
            "config.yaml:2:9: server.port: a list where one value is expected; write a port from 0 to 65535"
        ),
        (
            "server:\n  port: {a: 1}\n",
            "config.yaml:2:9: server.port: a group of keys where one value is expected; write a port from 0 to 65535"
        ),
        (
            "server:\n  port:\n",
            "config.yaml:2:8: server.port: has no value; write a port from 0 to 65535"
        ),
        (
            "server:\n  client_urls: http://a\n",
            "config.yaml:2:16: server.client_urls: one value where a list is expected; "
                + #"write [a, b], or one "- item" per line"#
        ),
        (
            "server:\n  client_urls:\n",
            "config.yaml:2:15: server.client_urls: has no value; write [] for an empty list"
        ),
        (
            "server:\n  client_urls:\n    - http://a\n    - ftp://b\n",
            #"config.yaml:4:7: server.client_urls: "ftp://b" is neither http nor https; "#
                + "write an origin such as https://chat.example.com, or *"
        ),
        (
            "worker:\n  retry_delays: []\n",
            "config.yaml:2:17: worker.retry_delays: a list of 0 items; write a list of 1 to 10 waits, "
                + "each a duration from 10ms to 1d with ms, s, m, h or d"
        ),
        (
            "schedule:\n  enabled: yes\n",
            #"config.yaml:2:12: schedule.enabled: "yes" is neither true nor false; write true or false"#
        ),
        (
            "log:\n  format: xml\n",
            #"config.yaml:2:11: log.format: "xml" is not known here; write one of text, json"#
        ),
        (
            "schedule:\n  plan_at: 25:00\n",
            #"config.yaml:2:12: schedule.plan_at: "25:00" is not a time of day; "#
                + "write a time from 00:00 to 23:59:59 as HH:MM or HH:MM:SS"
        ),
        (
            "schedule:\n  time_zone: Mars/Olympus\n",
            #"config.yaml:2:14: schedule.time_zone: "Mars/Olympus" is no time zone; "#
                + "write the IANA name of a time zone, such as Europe/Berlin or UTC"
        ),
        (
            "server:\n  shutdown_deadline: 10\n",
            #"config.yaml:2:22: server.shutdown_deadline: "10" has no unit; "#
                + "write a duration from 1s to 10m with ms, s, m, h or d"
        ),
        (
            "server:\n  max_body: 1Mib\n",
            #"config.yaml:2:13: server.max_body: "1Mib" has an unknown unit; "#
                + "write a size from 1KiB to 16MiB in bytes or with KiB, MiB, KB or MB"
        ),
        (
            "auth:\n  issuer: \"\"\n",
            "config.yaml:2:11: auth.issuer: is empty; write a name of 1 to 255 bytes"
        ),
        (
            "auth:\n  issuer: \"a\\0b\"\n",
            #"config.yaml:2:11: auth.issuer: "a\u{0}b" has a control character in it; write a name of 1 to 255 bytes"#
        ),
        (
            "schedule:\n  templates: [\"Hi {name}\"]\n",
            #"config.yaml:2:15: schedule.templates: "{name}" stands for nothing; "#
                + "write 1 to 1000 characters, with {sender} and {receiver} for the names"
        ),
        (
            "server:\n  prot: 1\n",
            "config.yaml:2:3: server.prot: unknown key; did you mean port?"
        ),
        (
            "server:\n  clientUrls: []\n",
            "config.yaml:2:3: server.clientUrls: unknown key; did you mean client_urls?"
        ),
        (
            "server:\n  bcrypt_cost: 10\n",
            #"config.yaml:2:3: server.bcrypt_cost: unknown key; write it below "auth:""#
        ),
        (
            "log:\n  zzzzzzzz: 10\n",
            "config.yaml:2:3: log.zzzzzzzz: unknown key; use one of level, format, file"
        ),
        (
            "port: 1\n",
            #"config.yaml:1:1: port: unknown section; write port below "server:""#
        ),
        (
            "sever:\n  port: 1\n",
            "config.yaml:1:1: sever: unknown section; did you mean server?"
        ),
        (
            "zzzzzzzz: 1\n",
            "config.yaml:1:1: zzzzzzzz: unknown section; use one of server, limits, log, metrics, store, cache, queue, "
                + "search, auth, realtime, schedule, worker, pools"
        ),
        (
            "server: 3000\n",
            #"config.yaml:1:9: server: not a group of keys; write "key: value" lines"#
        ),
        (
            "- server\n",
            #"config.yaml:1:1: not a group of keys; write sections such as "server:" with keys below"#
        ),
        (
            "schedule:\n  window_start: 10:00\n  window_end: 10:00\n",
            "config.yaml:3:15: schedule.window_end: 10:00 is not after window_start, which is 10:00; "
                + "write a later time of the same day"
        ),
        (
            "schedule:\n  window_start: 19:30\n",
            "config.yaml:2:17: schedule.window_end: 18:00 is not after window_start, which is 19:30; "
                + "write a later time of the same day"
        ),
        (
            "schedule:\n  plan: \"0 2 * * FRI-MON\"\n",
            #"config.yaml:2:9: schedule.plan: weekday: "FRI-MON" runs backwards; write 5-6,0-1"#
        ),
        (
            "schedule:\n  enqueue: \"@every 10ms\"\n",
            #"config.yaml:2:12: schedule.enqueue: @every: "10ms" is out of range; "#
                + "write a duration from 1s to 366d after it, such as @every 90s"
        ),
        (
            "schedule:\n  plan_at: \"03:00\"\n  plan: \"0 3 * * *\"\n",
            "config.yaml:2:12: schedule.plan_at: schedule.plan says the same and is set too; "
                + "keep schedule.plan and remove this one"
        ),
        (
            "schedule:\n  enqueue: \"* * * * *\"\n  enqueue_interval: 1m\n",
            "config.yaml:3:21: schedule.enqueue_interval: schedule.enqueue says the same and is set too; "
                + "keep schedule.enqueue and remove this one"
        ),
        (
            "auth:\n  refresh_token_lifetime: 15m\n",
            "config.yaml:2:27: auth.refresh_token_lifetime: refresh tokens would not outlive access tokens; "
                + "make refresh_token_lifetime longer than access_token_lifetime"
        ),
    ])
    func aValueInTheFile(yaml: String, complaint: String) throws {
        #expect(try ConfigurationFolder.complaints(yaml: yaml) == [complaint])
    }

    @Test(arguments: [
        ("PORT", "abc", #"environment: PORT: "abc" is not a whole number; write a port from 0 to 65535"#),
        (
            "MSGCTL_SERVER_PORT", "-1",
            #"environment: MSGCTL_SERVER_PORT: "-1" is out of range; write a port from 0 to 65535"#
        ),
        (
            "NODE_ENV", "staging",
            #"environment: NODE_ENV: "staging" is not known here; write one of development, production, test"#
        ),
        (
            "MSGCTL_SERVER_PROT", "1",
            "environment: MSGCTL_SERVER_PROT: unknown variable; did you mean MSGCTL_SERVER_PORT?"
        ),
        (
            "MSGCTL_WHATEVER", "1",
            "environment: MSGCTL_WHATEVER: unknown variable; unset it, or see config.yaml.example for the names"
        ),
        (
            "MSGCTL_POOLS_NIGHT_PLAN", "@daily",
            "environment: MSGCTL_POOLS_NIGHT_PLAN: unknown variable; write pools into the file; "
                + "variables set what is the same for all of them"
        ),
        (
            "CLIENT_URL", "http://a,b",
            #"environment: CLIENT_URL: "b" is not an origin; write an origin such as https://chat.example.com, or *"#
        ),
    ])
    func aVariable(name: String, value: String, complaint: String) throws {
        #expect(try ConfigurationFolder().complaints(environment: [name: value]) == [complaint])
    }

    @Test func aVariableOfTheEnvFileIsNamedWithItsLine() throws {
        let folder = try ConfigurationFolder([".env": "# ours\n\nPORT=abc\nMSGCTL_SERVER_PROT=1\nOTHER=1\n"])
        #expect(
            folder.complaints() == [
                #".env:3: PORT: "abc" is not a whole number; write a port from 0 to 65535"#,
                ".env:4: MSGCTL_SERVER_PROT: unknown variable; did you mean MSGCTL_SERVER_PORT?",
            ])
    }

    @Test func aFlagIsNamedByItsKey() throws {
        #expect(
            try ConfigurationFolder().complaints(flags: ["server.port": "x", "server.hots": "y"]) == [
                "command line: server.hots: unknown key; did you mean server.host?",
                #"command line: server.port: "x" is not a whole number; write a port from 0 to 65535"#,
            ])
    }

    @Test func everythingWrongIsSaidAtOnceInOrder() throws {
        let folder = try ConfigurationFolder([
            "config.yaml": "server:\n  port: x\n  port: y\n  host: \"a b\"\nlog: {level: loud}\n",
            ".env": "broken\nLOG_LEVEL=quiet\n",
        ])
        let complaints = folder.complaints(
            environment: ["PORT": "z", "MSGCTL_X": "1"], flags: ["worker.concurrency": "0"])
        #expect(
            complaints.map { $0.prefix { $0 != ";" } } == [
                #"config.yaml:2:9: server.port: "x" is not a whole number"#,
                "config.yaml:3:3: server.port: given a second time, first on line 2",
                #"config.yaml:4:9: server.host: "a b" is not an address"#,
                #"config.yaml:5:14: log.level: "loud" is not known here"#,
                #".env:1: the line has no "=""#,
                #".env:2: LOG_LEVEL: "quiet" is not known here"#,
                #"environment: PORT: "z" is not a whole number"#,
                "environment: MSGCTL_X: unknown variable",
                #"command line: worker.concurrency: "0" is out of range"#,
            ])
    }

    @Test func everyWrongItemOfAListIsNamed() throws {
        let complaints = try ConfigurationFolder.complaints(yaml: "worker:\n  retry_delays: [5, 5s, 5x]\n")
        #expect(
            complaints.map { $0.prefix { $0 != ";" } } == [
                #"config.yaml:2:18: worker.retry_delays: "5" has no unit"#,
                #"config.yaml:2:25: worker.retry_delays: "5x" has an unknown unit"#,
            ])
    }

    @Test func complaintsAreBounded() throws {
        let yaml = "server:\n" + (1...5000).map { "  k\($0): 1\n" }.joined()
        let folder = try ConfigurationFolder(["config.yaml": yaml])
        do throws(ConfigurationError) {
            _ = try folder.load()
            Issue.record("loaded")
        } catch {
            #expect(error.complaints.count == 100)
            #expect(error.omitted == 4900)
            #expect(error.description.hasSuffix("\nand 4900 more"))
        }
        // Also where each one would cost a search for the nearest name.
        let lines = (1...20_000).map { "MSGCTL_A\($0)=1\n" }.joined()
        #expect(try ConfigurationFolder([".env": lines]).complaints().count == 100)
    }

    private static let secret = String(repeating: "s", count: 40)

    @Test(arguments: [
        (["REDIS_URL"], []), (["ELASTICSEARCH_URL"], []), (["REDIS_URL", "ELASTICSEARCH_URL"], []),
        (["MONGODB_URI", "REDIS_URL", "JWT_SECRET"], []),
        (["MONGODB_URI", "REDIS_URL", "RABBITMQ_URL", "JWT_SECRET"], []),
        (["MONGODB_URI", "REDIS_URL", "RABBITMQ_URL", "ELASTICSEARCH_URL", "JWT_SECRET"], []),
        (["MONGODB_URI", "JWT_SECRET"], ["MONGODB_URI"]), (["MONGODB_URI", "REDIS_URL"], ["MONGODB_URI"]),
        (["MONGODB_URI"], ["MONGODB_URI", "MONGODB_URI"]), (["RABBITMQ_URL"], ["RABBITMQ_URL"]),
        (["RABBITMQ_URL", "REDIS_URL"], ["RABBITMQ_URL"]),
    ])
    func enginesThatDoNotGoTogetherAreRefused(set variables: [String], complaints: [String]) throws {
        let values = [
            "MONGODB_URI": "mongodb://db", "REDIS_URL": "redis://cache", "RABBITMQ_URL": "amqp://queue",
            "ELASTICSEARCH_URL": "http://search", "JWT_SECRET": Self.secret,
        ]
        let folder = try ConfigurationFolder()
        let environment = values.filter { variables.contains($0.key) }
        let found = folder.complaints(environment: environment).map { $0.split(separator: ":")[1].dropFirst() }
        #expect(found.map(String.init) == complaints)
    }

    @Test func aRefusedMixSaysWhy() throws {
        let folder = try ConfigurationFolder()
        let found = folder.complaints(environment: ["RABBITMQ_URL": "amqp://user:hunter2@queue"])
        #expect(
            found == [
                "environment: RABBITMQ_URL: workers of other machines would take jobs whose messages are in this "
                    + "machine's embedded store only; set store.mongodb_uri (MONGODB_URI) too, or unset this to use "
                    + "the embedded queue"
            ])
    }

    @Test func variablesOfKubernetesAreNotTakenForOurs() throws {
        let folder = try ConfigurationFolder()
        let configuration = try folder.load(environment: [
            "MSGCTL_SERVICE_HOST": "10.0.0.1", "MSGCTL_SERVICE_PORT": "3000", "MSGCTL_SERVICE_PORT_HTTP": "3000",
            "MSGCTL_PORT": "tcp://10.0.0.1:3000", "MSGCTL_PORT_3000_TCP": "tcp://10.0.0.1:3000",
            "MSGCTL_PORT_3000_TCP_ADDR": "10.0.0.1", "MSGCTL_PORT_3000_TCP_PROTO": "tcp",
        ])
        #expect(configuration == Configuration())
        #expect(folder.complaints(environment: ["MSGCTL_PORT": "3000"]).count == 1)
    }

    @Test func foreignTextCanNotTouchTheTerminal() throws {
        let yaml = "server:\n  \"\\e[2Jx\": 1\n  host: \"\\u202Eabc\\n\"\n"
        #expect(
            try ConfigurationFolder.complaints(yaml: yaml).map { $0.prefix { $0 != ";" } } == [
                #"config.yaml:2:3: server.\u{1B}[2Jx: unknown key"#,
                #"config.yaml:3:9: server.host: "\u{202E}abc\n" is not an address"#,
            ])
        let long = String(repeating: "x", count: 100_000)
        #expect(try ConfigurationFolder.complaints(yaml: "log:\n  level: \(long)\n").allSatisfy { $0.count < 300 })
        #expect(try ConfigurationFolder.complaints(yaml: "log:\n  \"\(long)\": 1\n").allSatisfy { $0.count < 300 })
    }
}
