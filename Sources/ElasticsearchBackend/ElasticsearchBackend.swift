import Logging
import MsgKit

/// Search and analytics on Elasticsearch 7.17 to 9 or OpenSearch 2.
///
/// Opening connects to nothing: the engine may start later, go away and come back. What is called meanwhile throws
/// ``ErrorCode/unavailable`` within a deadline.
public struct ElasticsearchBackend: Sendable {
    public let search: any RebuildableSearchIndex
    public let analytics: any MessageAnalytics
    public let probe: any HealthProbe
    private let transport: HTTPTransport
    private let timeout: Duration

    /// - Parameter url: `http` or `https`, with user and password where the engine wants them, and with a path when a
    ///   proxy stands before it.
    /// - Throws: ``ErrorCode/configuration`` when the address or an option can't be right.
    public static func open(
        url: Secret, options: ElasticsearchOptions = ElasticsearchOptions(), logger: Logger
    ) throws -> ElasticsearchBackend {
        try options.validate()
        let address = try EngineAddress(url, apiKey: options.apiKey)
        let transport = try HTTPTransport(
            engine: address,
            options: TransportOptions(
                connectTimeout: options.connectTimeout, maximumConnections: options.maximumConnections,
                maximumWaiting: options.maximumWaiting, maximumAnswerBytes: options.maximumAnswerBytes,
                authorityFile: options.authorityFile))
        return ElasticsearchBackend(transport: transport, options: options, logger: logger)
    }

    private init(transport: HTTPTransport, options: ElasticsearchOptions, logger: Logger) {
        let names = IndexNames(prefix: options.prefix)
        let client = ElasticsearchClient(transport: transport, addressName: options.urlName, logger: logger)
        let lifecycle = IndexLifecycle(
            client: client, states: IndexStateStore(client: client, index: names.state), names: names,
            definition: IndexDefinition(
                shards: options.shards, replicas: options.replicas, refreshInterval: options.refreshInterval),
            logger: logger)
        let writer = BulkWriter(
            client: client, maximumBytes: options.maximumBulkBytes, refreshes: options.refreshesEachWrite,
            logger: logger)
        self.transport = transport
        timeout = options.timeout
        search = ElasticsearchSearchIndex(
            lifecycle: lifecycle, writer: writer, timeout: options.timeout, bulkTimeout: options.bulkTimeout)
        analytics = ElasticsearchMessageAnalytics(client: client, names: names, timeout: options.timeout)
        probe = SearchProbe(lifecycle: lifecycle)
    }

    /// Ends everything, within the deadline of a call; what is under way then is given up. Closing twice is no error.
    public func close() async {
        await transport.close(within: timeout)
    }
}
