import MsgKit

/// Of a part whose engine is known to be out of use, and why.
struct UnusableProbe: HealthProbe {
    let name: String
    let isRequired = true
    let error: MsgError

    func probe() async throws { throw error }
}
