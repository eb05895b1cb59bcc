/// The chat page: what lies in `Files`, built into the binary.
///
/// `PackageResources` is written by the build; a file is named there with `_` for every other sign.
public enum ChatPage {
    /// Every file. The page asks for all but itself below `chat/`.
    /// - Parameter offersRegistration: whether people can make accounts there.
    public static func files(offersRegistration: Bool) -> [PageFile] {
        [offersRegistration ? page : pageWithoutRegistration] + parts
    }

    private static let page = PageFile("", html, PackageResources.index_html)

    private static let pageWithoutRegistration = PageFile(
        "", html,
        Array(
            String(decoding: PackageResources.index_html, as: UTF8.self)
                .replacing(#"data-registration="open""#, with: #"data-registration="closed""#).utf8))

    private static let parts: [PageFile] = [
        PageFile("chat/api.js", script, PackageResources.api_js),
        PageFile("chat/composer.js", script, PackageResources.composer_js),
        PageFile("chat/conversations.js", script, PackageResources.conversations_js),
        PageFile("chat/dom.js", script, PackageResources.dom_js),
        PageFile("chat/door.js", script, PackageResources.door_js),
        PageFile("chat/group.js", script, PackageResources.group_js),
        PageFile("chat/icon.svg", "image/svg+xml", PackageResources.icon_svg),
        PageFile("chat/kept.js", script, PackageResources.kept_js),
        PageFile("chat/main.js", script, PackageResources.main_js),
        PageFile("chat/messages.js", script, PackageResources.messages_js),
        PageFile("chat/notices.js", script, PackageResources.notices_js),
        PageFile("chat/outbox.js", script, PackageResources.outbox_js),
        PageFile("chat/people.js", script, PackageResources.people_js),
        PageFile("chat/reads.js", script, PackageResources.reads_js),
        PageFile("chat/search.js", script, PackageResources.search_js),
        PageFile("chat/session.js", script, PackageResources.session_js),
        PageFile("chat/socket.js", script, PackageResources.socket_js),
        PageFile("chat/store.js", script, PackageResources.store_js),
        PageFile("chat/style.css", "text/css; charset=utf-8", PackageResources.style_css),
        PageFile("chat/talk.js", script, PackageResources.talk_js),
        PageFile("chat/timeline.js", script, PackageResources.timeline_js),
        PageFile("chat/transports.js", script, PackageResources.transports_js),
        PageFile("chat/words.js", script, PackageResources.words_js),
    ]

    private static let html = "text/html; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"
}
