import Logging
import Testing

@testable import MsgKit

@Suite struct ConfigurationPrecedenceTests {
    @Test func nothingGivenMeansDefaults() throws {
        let configuration = try ConfigurationFolder().load()
        #expect(configuration == Configuration())
        #expect(configuration.server.port == 3000)
        #expect(configuration.server.maxBody == 102_400)
        #expect(configuration.auth.refreshTokenLifetime == .seconds(2_592_000))
        #expect(configuration.realtime.maxPayload == 1_000_000)
        #expect(configuration.worker.retryDelays == [.seconds(5), .seconds(30), .seconds(300)])
        #expect(configuration.schedule.windowStart.description == "09:00")
    }

    @Test func eachSourceWinsOverTheOneBefore() throws {
        let folder = try ConfigurationFolder([
            "config.yaml": "server: {port: 1, host: a, max_body: 1KiB}\nauth: {issuer: file}\n",
            ".env": "PORT=2\nMSGCTL_SERVER_HOST=b\nMSGCTL_SERVER_MAX_BODY=2KiB\n",
        ])
        let configuration = try folder.load(
            environment: ["PORT": "3", "MSGCTL_SERVER_HOST": "c"], flags: ["server.port": "4"])
        #expect(configuration.server.port == 4)
        #expect(configuration.server.host == "c")
        #expect(configuration.server.maxBody == 2048)
        #expect(configuration.auth.issuer == "file")
    }

    @Test func developmentShowsMoreUnlessToldOtherwise() throws {
        let folder = try ConfigurationFolder()
        #expect(try folder.load(environment: ["NODE_ENV": "development"]).log.level == .debug)
        #expect(try folder.load(environment: ["NODE_ENV": "development", "LOG_LEVEL": "info"]).log.level == .info)
        #expect(try folder.load(environment: ["NODE_ENV": "production"]).log.level == .info)
    }

    @Test func theOwnVariableWinsOverTheOriginalsInOneSource() throws {
        let folder = try ConfigurationFolder()
        #expect(try folder.load(environment: ["PORT": "1", "MSGCTL_SERVER_PORT": "2"]).server.port == 2)
    }

    @Test func theEnvironmentWinsOverTheEnvFileWhateverTheName() throws {
        let folder = try ConfigurationFolder([".env": "MSGCTL_SERVER_PORT=1\n"])
        #expect(try folder.load(environment: ["PORT": "2"]).server.port == 2)
    }

    @Test func anEmptyVariableCountsAsUnsetAndHidesTheEnvFiles() throws {
        let folder = try ConfigurationFolder(["config.yaml": "server: {port: 1}", ".env": "PORT=2\n"])
        #expect(try folder.load().server.port == 2)
        #expect(try folder.load(environment: ["PORT": ""]).server.port == 1)
    }

    @Test func theOriginalsVariablesWork() throws {
        let secret = String(repeating: "s", count: 32)
        let configuration = try ConfigurationFolder().load(environment: [
            "PORT": "8080", "NODE_ENV": "development", "CLIENT_URL": "http://localhost:5173/", "LOG_LEVEL": "warn",
            "JWT_SECRET": secret, "PATH": "/bin", "HOME": "/root",
        ])
        #expect(configuration.server.port == 8080)
        #expect(configuration.server.environment == .development)
        #expect(configuration.server.clientURLs == ["http://localhost:5173"])
        #expect(configuration.log.level == .warning)
        #expect(configuration.auth.jwtSecret == Secret(secret))
    }

    @Test func theWorkingDirectorysFileIsTakenBeforeTheSystems() throws {
        let folder = try ConfigurationFolder(["etc.yaml": "server: {port: 1}"])
        #expect(try folder.load().server.port == 1)
        try folder.write(Array("server: {host: here}".utf8), to: "config.yaml")
        #expect(try folder.load().server.port == 3000)
        #expect(try folder.load().server.host == "here")
    }

    @Test func namedFilesReplaceTheImplicitOnes() throws {
        let folder = try ConfigurationFolder([
            "config.yaml": "server: {port: 1}", ".env": "MSGCTL_SERVER_HOST=implicit",
            "other.yaml": "server: {port: 2}", "other.env": "LOG_LEVEL=error",
        ])
        let configuration = try folder.load(file: "other.yaml", environmentFile: "other.env")
        #expect(configuration.server.port == 2)
        #expect(configuration.server.host == "127.0.0.1")
        #expect(configuration.log.level == .error)
        #expect(try folder.load(file: folder.path + "/other.yaml").server.port == 2)
    }

    @Test func listsInVariablesAndFlagsAreWrittenWithCommas() throws {
        let folder = try ConfigurationFolder()
        let configuration = try folder.load(
            environment: [
                "MSGCTL_WORKER_RETRY_DELAYS": "1s, 2m",
                "MSGCTL_SCHEDULE_TEMPLATES": #"Hi\, {receiver},a\b"#,
            ], flags: ["server.client_urls": "http://a,https://b:8443"])
        #expect(configuration.worker.retryDelays == [.seconds(1), .seconds(120)])
        #expect(configuration.schedule.templates.map(\.text) == ["Hi, {receiver}", #"a\b"#])
        #expect(configuration.server.clientURLs == ["http://a", "https://b:8443"])
        #expect(try folder.load(flags: ["server.client_urls": ""]).server.clientURLs.isEmpty)
    }
}
