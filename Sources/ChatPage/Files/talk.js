// The open conversation: its head, its messages, and writing to it.

import { Composer } from "./composer.js";
import { announce, byId, setText } from "./dom.js";
import { Messages } from "./messages.js";
import { attempt, confirmed } from "./notices.js";
import { listed, momentOf, peerOf, titleOf } from "./words.js";

export class Talk {
  #me;
  #api;
  #store;
  #socket;
  #outbox;
  #messages;
  #composer;

  constructor({ me, api, store, socket, outbox, group }) {
    this.#me = me;
    this.#api = api;
    this.#store = store;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#composer = new Composer({
      send: (text) => this.#send(text),
      typing: (isTyping) => socket.emit(isTyping ? "typing_start" : "typing_stop", { conversationId: store.open }),
    });
    this.#messages = new Messages({
      me,
      outbox,
      load: (direction) => this.#load(direction),
      remove: (message) => this.#remove(message),
    });
    store.addEventListener("talk", () => this.render());
    store.addEventListener("gone", ({ detail: id }) => {
      if (id === store.open) this.#leave();
    });
    outbox.addEventListener("changed", () => this.render());
    document.addEventListener("visibilitychange", () => this.#markRead());
    addEventListener("hashchange", () => this.followAddress());
    byId("back").addEventListener("click", () => this.#leave());
    byId("group").addEventListener("click", () => group.show(store.open));
    byId("to-newest").addEventListener("click", () => this.#toNewest());
    byId("talk").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#leave();
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
    if (isOther) this.#composer.keepFor(id);
    this.#store.open = id;
    if (location.hash.slice(1) !== id) history.pushState(null, "", `#${id}`);
    document.body.classList.add("talking");
    this.#store.changed("list");
    if (isOther) this.#messages.begin();
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
    this.#messages.render(timeline, this.#outbox.of(conversation.id), conversation);
    byId("to-newest").hidden = !timeline.hasNewer;
    this.#markRead();
  }

  #stateOf(conversation) {
    const typing = this.#store.typing(conversation.id);
    if (typing.length > 0) return `${listed(typing)} ${typing.length > 1 ? "are" : "is"} typing…`;
    const peer = peerOf(conversation, this.#me);
    if (!peer) return listed(conversation.participants.map((person) => person.username));
    if (peer.isOnline) return "Online";
    return peer.lastSeen ? `Last seen ${momentOf(peer.lastSeen)}` : "Offline";
  }

  /** What is shown is read. */
  #markRead() {
    const id = this.#store.open;
    if (document.visibilityState !== "visible" || !this.#socket.isConnected || !this.#store.conversations.has(id)) return;
    for (const messageId of this.#store.markRead(id)) this.#socket.emit("message_read", { messageId });
  }

  async #send(text) {
    const id = this.#store.open;
    if (this.#store.timeline(id).hasNewer) await this.#toNewest();
    this.#outbox.add(id, text);
    this.#messages.stickToEnd();
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
    const timeline = this.#store.timeline(this.#store.open);
    if (await attempt(() => timeline.loadNewest())) {
      this.#messages.stickToEnd();
      this.render();
    }
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
    byId("conversations").querySelector(`[href="#${id}"]`)?.focus();
  }

  #close() {
    this.#composer.keepFor(null);
    this.#store.open = null;
    document.body.classList.remove("talking");
    this.#store.changed("list");
    this.render();
  }
}
