import ElasticsearchBackend
import Logging
import MsgKit

extension Engines {
    static func openElasticsearch(
        _ url: Secret, _ configuration: Configuration, logger: Logger
    ) throws -> ElasticsearchBackend {
        var options = ElasticsearchOptions()
        options.urlName = "search.elasticsearch_url"
        options.prefix = configuration.search.elasticsearchPrefix
        return try opening(options.urlName, configuration) {
            try ElasticsearchBackend.open(url: url, options: options, logger: logger)
        }
    }
}

extension SearchEngine {
    init(_ backend: ElasticsearchBackend) {
        self.init(index: backend.search, analytics: backend.analytics, probe: backend.probe)
    }
}
