/// Variables that Kubernetes sets in every container for a service whose name begins with "msgctl".
///
/// They look like this program's own, but nobody wrote them, so they are no reason to refuse to start.
enum KubernetesServiceLink {
    static func isOne(name: String, value: String) -> Bool {
        if name.hasSuffix("_PORT"), value.contains("://") { return true }
        return name.hasSuffix("_SERVICE_HOST") || name.contains(/_SERVICE_PORT(_[A-Z0-9_]+)?$/)
            || name.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?$/)
    }
}
