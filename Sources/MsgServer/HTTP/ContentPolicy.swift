/// What browsers may do with an answer: the text of `Content-Security-Policy`, one for each kind of answer.
///
/// An answer that sets the header itself keeps its own; ``api`` is for all others.
struct ContentPolicy: Sendable {
    let text: String

    /// Data: nothing may be loaded or run, should a browser ever show it as a page.
    static let api = ContentPolicy(
        text: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")

    /// The chat page: scripts, styles, images and connections of this origin, nothing inline, and no text becomes HTML.
    static let page = ContentPolicy(
        text: """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
            require-trusted-types-for 'script'; trusted-types 'none'
            """)

    /// Swagger UI. Its scripts are files, so that none has to be allowed in the page; the library itself sets styles of
    /// elements and draws its icons from `data:` URLs.
    static let swaggerUI = ContentPolicy(
        text: """
            default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
            connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """)

    /// A page without scripts: a style sheet of this origin.
    static let plainPage = ContentPolicy(
        text: "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}
