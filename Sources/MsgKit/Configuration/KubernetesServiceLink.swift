/// Variables that Kubernetes sets in every container for a service whose name begins with "msgctl".
///
/// They look like this program's own, but nobody wrote them, so they are no reason to refuse to start.
enum KubernetesServiceLink {
    static func isOne(name: String, value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
            return true
        }
        if name.hasSuffix("_PORT"), value.contains("://") { return true }

        // …_PORT_3000_TCP, with _PROTO, _PORT or _ADDR behind it or nothing.
        var words = name.split(separator: "_")[...]
        if let last = words.last, ["PROTO", "PORT", "ADDR"].contains(last) { words.removeLast() }
        guard let transport = words.popLast(), ["TCP", "UDP", "SCTP"].contains(transport) else { return false }
        guard let number = words.popLast(), number.allSatisfy(\.isNumber) else { return false }
        return words.last == "PORT"
    }
}
