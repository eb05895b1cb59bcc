import Testing

@testable import MsgKit

struct ConfigurationPlacesTests {
    private let path = "search.elasticsearch_url"

    @Test func aComplaintStandsWhereTheValueIsWritten() throws {
        let file = try ConfigurationFolder(["config.yaml": "search:\n  elasticsearch_url: http://search:9200\n"]).load()
        #expect(
            file.places.complaint(about: path, "wrong; mend it")
                == "config.yaml:2:22: search.elasticsearch_url: wrong; mend it")
        let variable = try ConfigurationFolder().load(environment: ["ELASTICSEARCH_URL": "http://search:9200"])
        #expect(
            variable.places.complaint(about: path, "wrong; mend it")
                == "environment: ELASTICSEARCH_URL (search.elasticsearch_url): wrong; mend it")
        #expect(
            Configuration().places.complaint(about: path, "wrong; mend it")
                == "search.elasticsearch_url: wrong; mend it")
    }
}
