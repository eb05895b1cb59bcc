import MsgKit

/// Whether an error is a failed validation of exactly these fields.
func isInvalid(_ error: any Error, _ paths: String...) -> Bool {
    guard let error = error as? MsgError, error.code == .validationFailed else { return false }
    return error.fields.map(\.path) == paths
}
