/// Why a token is refused before its signature is looked at; for the log.
enum TokenRefusal: Error {
    case noHeader
    /// No key has its `kid`, or it names none where it has to.
    case unknownKey
    /// Its `alg` is not that of the key.
    case wrongAlgorithm
}
