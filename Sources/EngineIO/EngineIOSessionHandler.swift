/// The application side of a session.
///
/// All methods are called on the session's event loop and must not block it. `sessionClosed` is called once, last.
public protocol EngineIOSessionHandler: AnyObject {
    /// The client was told its session id.
    func sessionOpened()
    /// A message arrived. Not called while reading is paused.
    func messageReceived(_ message: EngineIOMessage)
    /// The session ended; nothing can be sent any more.
    func sessionClosed(reason: EngineIOCloseReason)
}
