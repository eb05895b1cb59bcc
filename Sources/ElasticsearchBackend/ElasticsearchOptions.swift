import MsgKit

/// How Elasticsearch is used; each bound says what happens beyond it.
public struct ElasticsearchOptions: Sendable {
    /// Begins the names of all indexes and aliases: small letters, digits, `-` and `_`, at most 100 of them, beginning
    /// with a letter or digit.
    public var prefix = "msgctl"
    /// What people set the address by, for complaints about it.
    public var urlName = "the address of Elasticsearch"
    /// Used instead of a user and password in the address.
    public var apiKey: Secret?
    /// PEM file with the certificates of the authorities that are trusted for `https`; nil for the system's.
    public var authorityFile: String?
    /// How long a call may take as a whole before it is ``ErrorCode/unavailable``.
    public var timeout = Duration.seconds(5)
    /// How long writing a batch of documents, and what else nobody waits for, may take.
    public var bulkTimeout = Duration.seconds(30)
    /// How long a new connection may take.
    public var connectTimeout = Duration.seconds(2)
    /// Requests under way at once, each on a connection of its own; further ones wait.
    public var maximumConnections = 8
    /// Requests that may wait for a connection; further ones are refused with ``ErrorCode/serverBusy``.
    public var maximumWaiting = 1000
    /// How long an answer may be, in bytes; a longer one counts as none.
    public var maximumAnswerBytes = 16 << 20
    /// How long a bulk request may be, in bytes; more documents go in several.
    public var maximumBulkBytes = 5_000_000
    /// Primary shards of a new index.
    public var shards = 1
    /// Replicas of each shard of a new index; nil for one where there is a second node to hold it.
    public var replicas: Int?
    /// How soon what is written is found.
    public var refreshInterval = Duration.seconds(1)
    /// Whether what is written is found at once, at a cost that only tests can afford.
    public var refreshesEachWrite = false

    public init() {}

    /// - Throws: ``ErrorCode/configuration``.
    func validate() throws {
        let isName = prefix.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, (1...100).contains(prefix.utf8.count), prefix.first != "-", prefix.first != "_" else {
            throw MsgError(
                .configuration,
                "The prefix of the search indexes has to be 1 to 100 small letters, digits, - and _, and to begin with a letter or digit."
            )
        }
        guard shards >= 1, replicas ?? 0 >= 0, maximumConnections >= 1, maximumWaiting >= 0, maximumAnswerBytes >= 1,
            maximumBulkBytes >= 1, timeout > .zero, bulkTimeout > .zero, connectTimeout > .zero,
            refreshInterval >= .milliseconds(1)
        else { throw MsgError(.configuration, "A bound of the search engine's client is not positive.") }
    }
}
