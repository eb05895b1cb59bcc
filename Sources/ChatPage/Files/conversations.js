// The list of conversations.

import { byId, element, oneAtATime, reconcile, setAttribute, setText } from "./dom.js";
import { attempt } from "./notices.js";
import { listed, peerOf, shortMomentOf, titleOf } from "./words.js";

export class Conversations {
  #me;
  #store;
  #list = byId("conversations");

  constructor(me, store) {
    this.#me = me;
    this.#store = store;
    store.addEventListener("list", () => this.render());
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    byId("more-conversations").addEventListener("click", oneAtATime(() => attempt(() => store.loadMore())));
  }

  render() {
    const listed = this.#store.listed;
    byId("nobody").hidden = listed.length > 0;
    setText(byId("nobody"), this.#store.isLoaded ? "No conversations yet. Find somebody with “New conversation”." : "Loading…");
    byId("more-conversations").hidden = listed.length >= this.#store.total;
    reconcile(this.#list, listed, ({ id }) => id, create, (item, conversation) => this.#update(item, conversation));
  }

  #update(item, conversation) {
    const part = (name) => item.querySelector(`.${name}`);
    const link = item.firstElementChild;
    setAttribute(link, "href", `#${conversation.id}`);
    setAttribute(link, "aria-current", conversation.id === this.#store.open ? "true" : null);
    setText(part("title"), titleOf(conversation, this.#me));
    const peer = peerOf(conversation, this.#me);
    part("presence").hidden = !peer?.isOnline;
    const last = conversation.lastMessage;
    const typing = this.#store.typing(conversation.id);
    const from = last?.sender?.id === this.#me.id ? "You: " : conversation.isDirect || !last ? "" : `${last.sender.username}: `;
    setText(part("preview"), typing.length > 0 ? `${listed(typing)} typing…` : last ? from + last.content : "No messages yet");
    setText(part("when"), conversation.lastMessageAt ? shortMomentOf(conversation.lastMessageAt) : "");
    const count = conversation.unreadCount;
    part("unread").hidden = count === 0;
    setText(part("unread"), count > 99 ? "99+" : String(count));
    setText(part("unread-words"), count > 0 ? `, ${count} unread` : "");
  }

  /** The arrow keys go through the list. */
  #move(event) {
    const links = [...this.#list.querySelectorAll("a")];
    const place = links.indexOf(document.activeElement);
    const target = { ArrowDown: links[place + 1], ArrowUp: links[place - 1], Home: links[0], End: links.at(-1) }[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
  }
}

function create() {
  return element(
    "li",
    {},
    element(
      "a",
      {},
      element("span", { class: "title", dir: "auto" }),
      element("span", { class: "presence" }, element("span", { class: "unseen" }, ", online")),
      element("span", { class: "when" }),
      element("span", { class: "preview", dir: "auto" }),
      element("span", { class: "unread", "aria-hidden": "true" }),
      element("span", { class: "unread-words unseen" }),
    ),
  );
}
