import EngineIO
import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers
import NIOCore

/// Has Hummingbird answer what an HTTP connection of EngineIO received.
struct HummingbirdResponder: Sendable {
    let respond: @Sendable (Request, any Channel) async -> Response

    /// Nil when the body of the answer can't be made.
    func answer(_ head: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel) async -> EngineIOResponse? {
        let requestBody =
            switch body {
            case .complete(let bytes): RequestBody(buffer: bytes)
            case .tooLarge: RequestBody(asyncSequence: OversizedBody())
            }
        let response = await respond(Request(head: head, body: requestBody), channel)
        let collector = BodyCollector()
        do {
            try await response.body.write(collector)
        } catch {
            return nil
        }
        return EngineIOResponse(head: response.head, body: collector.bytes.withLockedValue { $0 })
    }
}
