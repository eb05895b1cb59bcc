// Shows the messages of a conversation and keeps the place that one reads at.

import { byId, element, reconcile, setAttribute, setText } from "./dom.js";
import { listed, momentOf } from "./words.js";

const NEAR = 80;

export class Messages {
  #me;
  #outbox;
  #actions;
  #scroll = byId("scroll");
  #list = byId("messages");
  /** Whether new messages are followed. */
  #isAtEnd = true;

  /** On which day the times that are shown were written. */
  #day = null;

  /**
   * @param {{me, outbox, load: (direction) => Promise, remove: (message) => Promise, moved: () => void, write: () => void}} options
   * `moved` when other messages came into sight, `write` when there is nothing more to press
   */
  constructor({ me, outbox, ...actions }) {
    this.#me = me;
    this.#outbox = outbox;
    this.#actions = actions;
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#isAtEnd && this.#toEnd()).observe(this.#scroll);
    byId("older").addEventListener("click", () => actions.load("older"));
    byId("newer").addEventListener("click", () => actions.load("newer"));
  }

  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** The id of the last message that is in sight or was passed, or null. */
  get lastInSight() {
    const bottom = this.#scroll.getBoundingClientRect().bottom;
    const isSeen = (line) => this.#isAtEnd || line.getBoundingClientRect().top < bottom;
    for (let line = this.#list.lastElementChild; line; line = line.previousElementSibling) {
      if (!line.classList.contains("pending") && isSeen(line)) return line.dataset.key;
    }
    return null;
  }

  /** Another conversation is shown from now on. */
  begin() {
    this.#isAtEnd = true;
    this.clear();
  }

  clear() {
    this.#list.replaceChildren();
    for (const id of ["older", "newer", "to-newest", "empty"]) byId(id).hidden = true;
  }

  /** What comes is not followed: something else is looked for. */
  leaveEnd() {
    this.#isAtEnd = false;
  }

  stickToEnd() {
    this.#isAtEnd = true;
    this.#toEnd();
  }

  render(timeline, pending, conversation) {
    const anchor = this.#anchor();
    byId("older").hidden = !timeline.hasOlder;
    byId("newer").hidden = !timeline.hasNewer;
    byId("empty").hidden = !timeline.isLoaded || timeline.messages.length + pending.length > 0;
    const names = new Map(conversation.participants.map((person) => [person.id, person.username]));
    const lastReads = this.#lastReads(timeline.messages);
    this.#newDay();
    reconcile(
      this.#list,
      [...timeline.messages, ...pending],
      (item) => item.id ?? item.clientMessageId,
      (item) => (item.id ? this.#create(item) : this.#createPending(item)),
      (line, item) => {
        if (item.id) this.#update(line, item, conversation, names, lastReads);
        else updatePending(line, item);
      },
    );
    if (this.#isAtEnd && !timeline.hasNewer) this.#toEnd();
    else this.#restore(anchor);
    // What was put below moves the end away.
    this.#isAtEnd &&= this.#isNearEnd;
  }

  /** Shows where a message is. */
  point(id) {
    const line = this.#line(id);
    if (!line) return;
    this.#isAtEnd = false;
    line.tabIndex = -1;
    line.scrollIntoView({ block: "center" });
    line.focus({ preventScroll: true });
    line.classList.add("pointed");
  }

  #create(message) {
    const isMine = message.sender?.id === this.#me.id;
    const mayDelete = isMine || this.#me.role !== "user";
    return element(
      "li",
      { class: isMine ? "mine" : "theirs" },
      element(
        "p",
        { class: "meta" },
        element("span", { class: "sender" }, isMine ? "You" : (message.sender?.username ?? "Somebody who is gone")),
        message.messageType === "auto" ? element("span", { class: "badge" }, "automatic message") : null,
        element("time", { datetime: message.createdAt }, momentOf(message.createdAt)),
      ),
      element("p", { class: "content", dir: "auto" }, message.content),
      element("div", { class: "foot" }, element("p", { class: "state" }), mayDelete ? this.#deleteButton(message) : null),
    );
  }

  #deleteButton(message) {
    const label = `Delete the message “${[...message.content].slice(0, 40).join("")}”`;
    const click = () => this.#actions.remove(message);
    return element("button", { type: "button", class: "delete", "aria-label": label, on: { click } }, "Delete");
  }

  /** Up to where each of the others has read one's own messages is shown once, at the last of them. */
  #lastReads(messages) {
    const last = new Map();
    for (const message of messages) {
      if (message.sender?.id !== this.#me.id) continue;
      for (const receipt of message.readBy) last.set(receipt.user, message.id);
    }
    return last;
  }

  #update(line, message, conversation, names, lastReads) {
    const readers = [...lastReads].filter(([user, id]) => id === message.id && user !== this.#me.id).map(([user]) => user);
    const known = readers.map((user) => names.get(user)).filter(Boolean);
    const text = known.length === 0 ? "" : conversation.isDirect ? "Read" : `Read by ${listed(known)}`;
    setText(line.querySelector(".state"), text);
  }

  /** What was written today was written yesterday, after midnight. */
  #newDay() {
    const day = new Date().toDateString();
    if (day === this.#day) return;
    this.#day = day;
    for (const time of this.#list.querySelectorAll("time")) setText(time, momentOf(time.dateTime));
  }

  #createPending(item) {
    const press = (action) => () => {
      action();
      this.#actions.write();
    };
    const retry = press(() => this.#outbox.retry(item));
    const discard = press(() => this.#outbox.discard(item));
    return element(
      "li",
      { class: "mine pending" },
      element("p", { class: "content", dir: "auto" }, item.content),
      element("p", { class: "state", role: "status" }),
      element(
        "p",
        { class: "failed" },
        element("button", { type: "button", on: { click: retry } }, "Try again"),
        element("button", { type: "button", on: { click: discard } }, "Discard"),
      ),
    );
  }

  #line(id) {
    return [...this.#list.children].find((child) => child.dataset.key === id);
  }

  #scrolled() {
    this.#isAtEnd = this.#isNearEnd;
    if (this.#scroll.scrollTop < NEAR && !byId("older").hidden) this.#actions.load("older");
    else if (this.#isAtEnd && !byId("newer").hidden) this.#actions.load("newer");
    this.#actions.moved();
  }

  get #isNearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  /** The first message in sight, and where it stands. */
  #anchor() {
    const top = this.#scroll.getBoundingClientRect().top;
    const line = [...this.#list.children].find((child) => child.getBoundingClientRect().bottom > top);
    return line ? { line, offset: line.getBoundingClientRect().top } : null;
  }

  #restore(anchor) {
    if (!anchor?.line.isConnected) return;
    const moved = anchor.line.getBoundingClientRect().top - anchor.offset;
    if (moved !== 0) this.#scroll.scrollTop += moved;
  }
}

function updatePending(line, item) {
  setAttribute(line, "data-failed", item.error !== null);
  setText(line.querySelector(".state"), item.error === null ? "Sending…" : `Not sent: ${item.error}`);
  line.querySelector(".failed").hidden = item.error === null;
}
