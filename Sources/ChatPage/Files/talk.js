// The open conversation: its head, its messages, and writing to it.

import { Composer } from "./composer.js";
import { announce, byId, setText } from "./dom.js";
import { Messages } from "./messages.js";
import { attempt, confirmed } from "./notices.js";
import { counted, listed, momentOf, peerOf, titleOf } from "./words.js";

export class Talk {
  #me;
  #api;
  #store;
  #outbox;
  #reads;
  #messages;
  #composer;
  /** What was pressed to open it. */
  #opener = null;
  /** Of which conversation everything before the messages at hand was marked read, since it is open. */
  #earlierReadOf = null;

  constructor({ me, api, store, socket, outbox, reads, group }) {
    this.#me = me;
    this.#api = api;
    this.#store = store;
    this.#outbox = outbox;
    this.#reads = reads;
    this.#composer = new Composer({
      me,
      send: (text) => this.#send(text),
      typing: (isTyping) => socket.emit(isTyping ? "typing_start" : "typing_stop", { conversationId: store.open }),
    });
    this.#messages = new Messages({
      me,
      outbox,
      load: (direction) => this.#load(direction),
      remove: (message) => this.#remove(message),
      moved: () => this.#sighted(),
      write: () => this.#composer.focus(),
    });
    store.addEventListener("talk", () => this.render());
    store.addEventListener("gone", ({ detail: id }) => {
      if (id === store.open) this.#leave();
    });
    outbox.addEventListener("changed", () => this.render());
    document.addEventListener("visibilitychange", () => this.#sighted());
    addEventListener("hashchange", () => this.followAddress());
    byId("back").addEventListener("click", () => this.#leave());
    byId("group").addEventListener("click", () => group.show(store.open));
    byId("to-newest").addEventListener("click", () => {
      this.#toNewest();
      this.#composer.begin();
    });
    byId("talk").addEventListener("keydown", (event) => {
      // While a word is being composed, Escape takes it back.
      if (event.key === "Escape" && !event.isComposing) this.#leave();
    });
  }

  /** The address names the open conversation, so that the browser's own way back leads to the list. */
  followAddress() {
    const id = location.hash.slice(1);
    if (/^[0-9a-f]{24}$/.test(id)) this.show(id);
    else this.#close();
  }

  /** Opens a conversation, at a message when one is named. */
  async show(id, message = null) {
    const isOther = this.#store.open !== id;
    const focused = document.activeElement;
    if (isOther) {
      this.#composer.keepFor(id);
      this.#opener = focused;
      this.#earlierReadOf = null;
    }
    this.#store.open = id;
    if (location.hash.slice(1) !== id) history.pushState(null, "", `#${id}`);
    document.body.classList.add("talking");
    this.#store.changed("list");
    if (isOther) this.#messages.begin();
    if (message) this.#messages.leaveEnd();
    this.render();
    const timeline = this.#store.timeline(id);
    const isThere = await attempt(async () => {
      if (!this.#store.conversations.has(id)) await this.#store.fetch(id);
      if (message && !timeline.find(message)) await timeline.loadAround(message);
      else if (!message && !timeline.isLoaded) await timeline.loadNewest();
    });
    if (this.#store.open !== id) return;
    if (!isThere && !this.#store.conversations.has(id)) {
      this.#leave();
      return;
    }
    this.render();
    if (message) this.#messages.point(message);
    // Who has gone elsewhere meanwhile is not called back.
    else if (document.activeElement === focused || document.activeElement === document.body) this.#composer.begin();
  }

  render() {
    const conversation = this.#store.conversations.get(this.#store.open);
    byId("composer").hidden = !conversation;
    byId("group").hidden = !conversation || conversation.isDirect;
    if (!conversation) {
      setText(byId("talk-title"), this.#store.open ? "…" : "No conversation is open");
      setText(byId("talk-state"), "");
      this.#messages.clear();
      return;
    }
    setText(byId("talk-title"), titleOf(conversation, this.#me));
    setText(byId("talk-state"), this.#stateOf(conversation));
    const timeline = this.#store.timeline(conversation.id);
    if (this.#messages.isAtEnd) timeline.trim();
    this.#messages.render(timeline, this.#outbox.of(conversation.id), conversation);
    this.#sighted();
  }

  #stateOf(conversation) {
    const typing = this.#store.typing(conversation.id);
    if (typing.length > 0) return `${listed(typing)} ${typing.length > 1 ? "are" : "is"} typing…`;
    const peer = peerOf(conversation, this.#me);
    if (!peer) return listed(conversation.participants.map((person) => person.username));
    if (peer.isOnline) return "Online";
    return peer.lastSeen ? `Last seen ${momentOf(peer.lastSeen)}` : "Offline";
  }

  /** What is in sight, or was passed, is read; to what is not, there is a way. */
  #sighted() {
    const conversation = this.#store.conversations.get(this.#store.open);
    if (!conversation) return;
    const timeline = this.#store.timeline(conversation.id);
    if (document.visibilityState === "visible") {
      for (const id of this.#store.markRead(conversation.id, this.#messages.lastInSight)) this.#reads.add(id);
    }
    const { isAtEnd } = this.#messages;
    const count = conversation.unreadCount;
    setText(byId("to-newest"), count > 0 ? counted(count, "new message") : "Go to the newest message");
    byId("to-newest").hidden = !timeline.hasNewer && (isAtEnd || count === 0);
    if (isAtEnd && timeline.isLoaded && !timeline.hasNewer && count > 0) this.#markEarlierRead(conversation.id);
  }

  /** Who has seen the newest message does not want to be told of those before it. */
  async #markEarlierRead(id) {
    if (this.#earlierReadOf === id || document.visibilityState !== "visible") return;
    this.#earlierReadOf = id;
    // What fails is made up for when the conversation is opened again.
    await this.#store.markEarlierRead(id, (messageId) => this.#reads.add(messageId)).catch(() => {});
  }

  #send(text) {
    this.#outbox.add(this.#store.open, text);
    this.#toNewest();
  }

  /** What was begun here and not sent is thrown away. */
  forgetDrafts() {
    this.#composer.forget();
  }

  async #load(direction) {
    const timeline = this.#store.timeline(this.#store.open);
    let found = false;
    await attempt(async () => {
      found = direction === "older" ? await timeline.loadOlder() : await timeline.loadNewer();
    });
    if (found) this.render();
  }

  async #toNewest() {
    const id = this.#store.open;
    const timeline = this.#store.timeline(id);
    this.#messages.stickToEnd();
    if (timeline.hasNewer) await attempt(() => timeline.loadNewest());
    if (this.#store.open !== id) return;
    this.#messages.stickToEnd();
    this.render();
  }

  async #remove(message) {
    const isMine = message.sender?.id === this.#me.id;
    if (!(await confirmed(`Delete ${isMine ? "your" : "this"} message for everybody?`, message.content, "Delete"))) return;
    try {
      await this.#api.delete(`messages/${message.id}`);
    } catch (error) {
      if (error.code !== "message_not_found") {
        await attempt(() => Promise.reject(error));
        return;
      }
    }
    this.#store.apply("message_deleted", { messageId: message.id, conversationId: message.conversation });
    announce("The message is deleted.");
    this.#composer.focus();
  }

  /** Back to the list. */
  #leave() {
    const id = this.#store.open;
    if (location.hash) history.pushState(null, "", location.pathname);
    this.#close();
    const list = document.querySelector("nav");
    const links = [...list.querySelectorAll(`[href="#${id}"]`)].filter((link) => link.checkVisibility());
    (links.find((link) => link === this.#opener) ?? links[0] ?? list).focus();
  }

  #close() {
    this.#composer.keepFor(null);
    this.#store.open = null;
    document.body.classList.remove("talking");
    this.#store.changed("list");
    this.render();
  }
}
