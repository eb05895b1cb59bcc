import MsgKit

/// Of a part whose engine is known not to be prepared.
struct UnpreparedProbe: HealthProbe {
    let name: String
    let isRequired = true
    let hint: String

    func probe() async throws { throw UnpreparedEngine(hint: hint) }
}
