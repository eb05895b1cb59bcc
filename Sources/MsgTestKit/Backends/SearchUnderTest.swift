import MsgKit

/// A full-text index.
public protocol SearchUnderTest: BackendUnderTest {
    var search: any RebuildableSearchIndex { get }
}
