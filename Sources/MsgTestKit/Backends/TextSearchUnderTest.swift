import MsgKit

/// A system of record's own search by words.
public protocol TextSearchUnderTest: BackendUnderTest {
    var textSearch: any MessageTextSearch { get }

    /// Stores messages as they are, with the people and conversations that they need, in place of what is there under
    /// their ids.
    func store(_ messages: [Message]) async throws
}
