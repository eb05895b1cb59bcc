extension ValueSyntax where Value == Secret {
    /// The address of an engine. It may carry a password, so no complaint repeats any of it.
    static func engineURL(_ schemes: [String], severalHosts: Bool = false) -> ValueSyntax {
        let forms = schemes.map { "\($0)://host" }.joined(separator: " or ")
        let rule = "write a URL such as \(forms)"
        let encoding =
            "percent-encode what is special in a user or password: @ as %40, / as %2F, ? as %3F, # as %23, % as %25"
        return ValueSyntax(scalar: "a URL such as \(forms)", isSecret: true, write: { $0.description }) {
            text throws(Refusal) in
            guard let parts = URLParts(text) else {
                // Most likely of a password that ends the URL's first part too early.
                throw Refusal("the value is not a URL", remedy: text.contains("@") ? "\(rule), and \(encoding)" : nil)
            }
            guard schemes.contains(parts.scheme) else { throw Refusal("the URL has another scheme") }
            // What stands behind the first @ might be taken for the host, and shown.
            guard parts.userInfo?.contains("@") != true else {
                throw Refusal("the URL has more than one @ before the host", remedy: encoding)
            }
            guard severalHosts || parts.hosts.count == 1 else { throw Refusal("the URL names several hosts") }
            return Secret(text)
        }
    }

    /// A key of at least `minBytes` bytes.
    static func key(minBytes: Int) -> ValueSyntax {
        let expects = "at least \(minBytes) bytes of random text"
        return ValueSyntax(scalar: expects, isSecret: true, write: { $0.description }) { text throws(Refusal) in
            let count = text.utf8.count
            guard count >= minBytes else {
                throw Refusal(
                    "\(count) bytes are too few", remedy: "write \(expects), such as \"openssl rand -base64 48\" prints"
                )
            }
            guard count <= 4096 else { throw Refusal("\(count) bytes are too many", remedy: "write 4096 or fewer") }
            return Secret(text)
        }
    }
}

extension ValueSyntax where Value == String {
    /// The origin of a web page as browsers send it, or `*`. What could differ in writing only is brought to one form.
    static var origin: ValueSyntax {
        ValueSyntax(scalar: "an origin such as https://chat.example.com, or *", write: { $0 }) { text throws(Refusal) in
            if text == "*" { return text }
            guard let parts = URLParts(text), let host = parts.hosts.first, parts.hosts.count == 1 else {
                throw Refusal("\(text.quoted) is not an origin")
            }
            guard parts.userInfo == nil else { throw Refusal("the origin has a user name in it") }
            guard parts.scheme == "http" || parts.scheme == "https" else {
                throw Refusal("\(text.quoted) is neither http nor https")
            }
            guard parts.rest.isEmpty || parts.rest == "/" else {
                throw Refusal("\(text.quoted) has more than scheme, host and port")
            }
            let isDefault = host.port == (parts.scheme == "http" ? 80 : 443)
            let port = isDefault ? nil : host.port
            return "\(parts.scheme)://\(host.name)" + (port.map { ":\($0)" } ?? "")
        }
    }

    /// What a listener binds to: an address or a host name, without a port.
    static var listenAddress: ValueSyntax {
        ValueSyntax(scalar: "an IP address or a host name", write: { $0 }) { text throws(Refusal) in
            let isAllowed = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "-.:_%".utf8.contains(byte)
                }
            }
            guard isAllowed, (1...255).contains(text.utf8.count) else {
                throw Refusal("\(text.quoted) is not an address")
            }
            return text
        }
    }
}
