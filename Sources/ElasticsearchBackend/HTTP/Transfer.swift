import CCurl
import MsgKit

/// A request in libcurl's hands. Belongs to the thread of its ``HTTPTransport``.
final class Transfer {
    let pending: PendingRequest
    let handle: UnsafeMutableRawPointer
    private let limit: Int
    private let failureText: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var received: [UInt8] = []
    private var isTooLong = false

    /// Nil when libcurl has no memory for it or refuses an option.
    init?(_ pending: PendingRequest, to engine: EngineAddress, options: TransportOptions) {
        guard let handle = curl_easy_init() else { return nil }
        self.pending = pending
        self.handle = handle
        limit = options.maximumAnswerBytes
        failureText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        failureText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let isSetUp =
            setConnection(engine, options) && setAuthentication(engine) && setRequest(pending.request, engine)
            && setReceiving()
        if !isSetUp { return nil }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
        failureText.deallocate()
    }

    /// What came of it.
    func result(_ code: CURLcode) -> Result<HTTPAnswer, any Error> {
        if isTooLong || code == CURLE_FILESIZE_EXCEEDED { return .failure(TransportError.answerTooLong(limit: limit)) }
        guard code == CURLE_OK else {
            let detail = String(cString: failureText)
            let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
            return .failure(TransportError.failed(code, text))
        }
        var status = 0
        msgctl_easy_status(handle, &status)
        return .success(HTTPAnswer(status: status, body: received))
    }

    private func setConnection(_ engine: EngineAddress, _ options: TransportOptions) -> Bool {
        let left = max(.milliseconds(1), ContinuousClock.now.duration(to: pending.deadline))
        var isSet = set(CURLOPT_NOSIGNAL, 1) && set(CURLOPT_TIMEOUT_MS, left.wholeMilliseconds)
        isSet = isSet && set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.wholeMilliseconds)
        // A name server that is slow would hold up the thread, and every other request, past all deadlines. libcurl can
        // leave it behind since 7.87; an older one refuses the option and goes without.
        _ = msgctl_easy_setopt_quick_exit(handle)
        // One more hop, or another protocol, is never what an engine's address means.
        isSet = isSet && set(CURLOPT_FOLLOWLOCATION, 0) && set(CURLOPT_PROTOCOLS_STR, "http,https")
        isSet = isSet && set(CURLOPT_NOPROXY, "*") && set(CURLOPT_TCP_KEEPALIVE, 1)
        isSet = isSet && set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        isSet = isSet && set(CURLOPT_SSL_VERIFYPEER, 1) && set(CURLOPT_SSL_VERIFYHOST, 2)
        isSet = isSet && set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = options.authorityFile { isSet = isSet && set(CURLOPT_CAINFO, file) }
        return isSet
    }

    private func setAuthentication(_ engine: EngineAddress) -> Bool {
        switch engine.credentials {
        case .none: true
        case .apiKey(let key): add(header: "Authorization: ApiKey \(key.reveal())")
        case .password(let user, let password):
            // CURLAUTH_BASIC: a macro that Swift doesn't see.
            set(CURLOPT_HTTPAUTH, 1) && set(CURLOPT_USERNAME, user)
                && set(CURLOPT_PASSWORD, password.reveal())
        }
    }

    private func setRequest(_ request: HTTPRequest, _ engine: EngineAddress) -> Bool {
        guard set(CURLOPT_URL, engine.base + request.target) else { return false }
        // No question first whether a long body is welcome: it costs a round trip, or a second with who ignores it.
        guard add(header: "Expect:"), add(header: "Accept: application/json") else { return false }
        if let body = request.body ?? (request.method == .get || request.method == .delete ? nil : []) {
            guard add(header: "Content-Type: \(request.contentType)"),
                msgctl_easy_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK
            else { return false }
            // Copied, as the array may move while libcurl sends.
            let code = body.withUnsafeBytes { bytes in
                // An empty array has no address, and no address would mean that a callback is to be asked.
                withUnsafeBytes(of: UInt8(0)) { none in
                    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? none.baseAddress)
                    return msgctl_easy_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
                }
            }
            guard code == CURLE_OK else { return false }
        }
        return set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            && msgctl_easy_setopt_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
    }

    private func setReceiving() -> Bool {
        let take: msgctl_write_function = { bytes, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        return msgctl_easy_setopt_write(handle, take) == CURLE_OK
            && msgctl_easy_setopt_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
                == CURLE_OK
            && msgctl_easy_setopt_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit)) == CURLE_OK
            && msgctl_easy_setopt_pointer(handle, CURLOPT_ERRORBUFFER, failureText) == CURLE_OK
    }

    /// Takes in what has come; another number than given ends the transfer.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard received.count + bytes.count <= limit else {
            isTooLong = true
            return 0
        }
        received.append(contentsOf: bytes)
        return bytes.count
    }

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        msgctl_easy_setopt_long(handle, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) -> Bool {
        msgctl_easy_setopt_string(handle, option, value) == CURLE_OK
    }

    private func add(header: String) -> Bool {
        guard let longer = curl_slist_append(headers, header) else { return false }
        headers = longer
        return true
    }
}
