import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What the application has a say in: ``EngineIOConfiguration/allowRequest`` and its neighbours.
extension EngineIOServer {
    func applicationProblem(of request: EngineIORequest) async -> EngineIOProblem? {
        switch await configuration.allowRequest?(request) {
        case nil, .allowed: nil
        case .refused(let message): .refused(message: message)
        }
    }

    /// The answer to a request that is refused.
    func refuse(_ request: HTTPRequest, from address: SocketAddress?, _ problem: EngineIOProblem) -> EngineIOResponse {
        report(EngineIORequest(request, remoteAddress: address), problem)
        return EngineIOResponse(problem: problem)
    }

    func report(_ request: @autoclosure () -> EngineIORequest, _ problem: EngineIOProblem) {
        guard let hook = configuration.onConnectionError else { return }
        let (code, message) = problem.codeAndMessage
        hook(EngineIOConnectionError(code: code, message: message, request: request()))
    }

    func withInitialHeaders(_ response: EngineIOResponse, for request: EngineIORequest) -> EngineIOResponse {
        guard let hook = configuration.initialHeaders else { return response }
        var response = response
        response.head.headerFields.append(contentsOf: hook(request))
        return response
    }

    /// The header fields of the 101 response to a new session's websocket; nil when the application refuses it.
    func allowedHandshake(_ head: HTTPRequestHead, channel: any Channel) -> EventLoopFuture<HTTPHeaders?> {
        let request = EngineIORequest(head, remoteAddress: channel.remoteAddress)
        let headers = HTTPHeaders(
            (configuration.initialHeaders?(request) ?? [:]).map { ($0.name.rawName, $0.value) })
        guard configuration.allowRequest != nil else { return channel.eventLoop.makeSucceededFuture(headers) }
        return channel.eventLoop.makeFutureWithTask {
            await self.applicationProblem(of: request) == nil ? headers : nil
        }
    }
}

extension EngineIORequest {
    init(_ request: HTTPRequest, remoteAddress: SocketAddress?) {
        var headers = request.headerFields
        if headers[HTTPField.Name.host] == nil { headers[HTTPField.Name.host] = request.authority }
        self.init(
            method: request.method.rawValue, target: request.path ?? "", headers: headers, remoteAddress: remoteAddress)
    }

    init(_ head: HTTPRequestHead, remoteAddress: SocketAddress?) {
        self.init(
            method: head.method.rawValue, target: head.uri, headers: HTTPFields(head.headers, splitCookie: false),
            remoteAddress: remoteAddress)
    }
}
