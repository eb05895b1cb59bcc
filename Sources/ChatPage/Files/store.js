// What is known of conversations and people, and how events change it.

import { fromEvent, Timeline } from "./timeline.js";

const TIMELINES_KEPT = 20;
const TYPING_AT_MOST = 10_000;
const LIST_PAGE = 50;
const SEEN_KEPT = 5_000;

/**
 * Emits `list` when conversations or people changed, `talk` when the open one did, `came` with a new message, `gone` with the id
 * of a conversation that one is not in any more.
 */
export class Store extends EventTarget {
  conversations = new Map();
  /** The id of the conversation that is shown, or null. */
  open = null;
  total = 0;
  #me;
  #api;
  #timelines = new Map();
  #typing = new Map();
  #eventsWhileLoading = 0;
  #seen = new Set();
  #changes = new Set();

  constructor(me, api) {
    super();
    this.#me = me;
    this.#api = api;
  }

  /** The newest activity first. */
  get listed() {
    const activity = (conversation) => conversation.lastMessageAt ?? conversation.createdAt;
    return [...this.conversations.values()].sort((a, b) => (activity(a) < activity(b) ? 1 : -1));
  }

  get unread() {
    return [...this.conversations.values()].reduce((sum, conversation) => sum + conversation.unreadCount, 0);
  }

  /** Reads everything anew that is shown: after a connection that may have missed events. */
  async reload() {
    for (const id of this.#timelines.keys()) if (id !== this.open) this.#timelines.delete(id);
    const count = Math.max(LIST_PAGE, Math.min(100, this.conversations.size));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      this.#eventsWhileLoading = 0;
      const { data } = await this.#api.get("conversations", { limit: count });
      this.conversations = new Map(data.conversations.map((conversation) => [conversation.id, conversation]));
      this.total = data.pagination.total;
      // What came in meanwhile may be counted or not.
      if (this.#eventsWhileLoading === 0) break;
    }
    if (this.open) {
      if (!this.conversations.has(this.open)) await this.fetch(this.open);
      await this.timeline(this.open).reload();
    }
    this.changed("list", "talk");
  }

  /** Further conversations, of longer ago. */
  async loadMore() {
    const page = Math.floor(this.conversations.size / LIST_PAGE) + 1;
    const { data } = await this.#api.get("conversations", { limit: LIST_PAGE, page });
    for (const conversation of data.conversations) {
      if (!this.conversations.has(conversation.id)) this.conversations.set(conversation.id, conversation);
    }
    this.total = data.pagination.total;
    this.changed("list");
  }

  /** Reads one conversation anew. @throws {Failure} also when one does not take part */
  async fetch(id) {
    const { data } = await this.#api.get(`conversations/${id}`);
    this.conversations.set(id, data);
    this.changed("list", "talk");
    return data;
  }

  /** Its messages; those of the least recently opened conversations are forgotten. */
  timeline(id) {
    const timeline = this.#timelines.get(id) ?? new Timeline(this.#api, id);
    this.#timelines.delete(id);
    this.#timelines.set(id, timeline);
    for (const old of [...this.#timelines.keys()].slice(0, -TIMELINES_KEPT)) this.#timelines.delete(old);
    return timeline;
  }

  /** Who is typing in it. */
  typing(id) {
    return [...(this.#typing.get(id)?.values() ?? [])].map((entry) => entry.username);
  }

  /** An event of the server. */
  apply(name, payload) {
    this.#eventsWhileLoading += 1;
    switch (name) {
      case "message_received":
        this.received(fromEvent(payload));
        break;
      case "message_read_by":
        this.#read(payload.messageId, payload.readBy.id, payload.timestamp);
        break;
      case "message_deleted":
        this.#deleted(payload);
        break;
      case "user_typing":
        this.#startTyping(payload);
        break;
      case "user_stop_typing":
        this.#stopTyping(payload.conversationId, payload.userId);
        break;
      case "user_online":
      case "user_offline":
        this.#present(payload.userId, name === "user_online", payload.timestamp);
        break;
      case "conversation_created":
      case "conversation_updated":
        this.#conversation(payload.conversation);
        break;
    }
  }

  /** A message that is stored: of an event or of an answer to one's own sending. It may come more than once. */
  received(message) {
    this.#stopTyping(message.conversation, message.sender.id);
    this.#timelines.get(message.conversation)?.add(message);
    const isNew = this.#remember(message.id);
    const conversation = this.conversations.get(message.conversation);
    if (!conversation) {
      this.fetch(message.conversation).catch(() => {});
    } else if (isNew && (conversation.lastMessageAt ?? "") <= message.createdAt) {
      if (conversation.lastMessage?.id !== message.id && message.sender.id !== this.#me.id) conversation.unreadCount += 1;
      conversation.lastMessage = message;
      conversation.lastMessageAt = message.createdAt;
    }
    if (isNew) this.dispatchEvent(new CustomEvent("came", { detail: message }));
    this.changed("list", "talk");
  }

  /** @returns {boolean} whether a message came for the first time, of the last thousands */
  #remember(id) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > SEEN_KEPT) this.#seen.delete(this.#seen.values().next().value);
    return true;
  }

  /** Marks what is at hand of a conversation as read, and says what the server has to be told. */
  markRead(id) {
    const unread = this.timeline(id).messages.filter(
      (message) => message.sender?.id !== this.#me.id && !message.readBy.some((receipt) => receipt.user === this.#me.id),
    );
    for (const message of unread) this.#read(message.id, this.#me.id, new Date().toISOString());
    return unread.map((message) => message.id);
  }

  #read(messageId, reader, at) {
    for (const [id, timeline] of this.#timelines) {
      if (!timeline.markRead(messageId, reader, at)) continue;
      const conversation = this.conversations.get(id);
      if (conversation && reader === this.#me.id) conversation.unreadCount = Math.max(0, conversation.unreadCount - 1);
      this.changed("list", "talk");
      return;
    }
    // Read in another tab, in a conversation that is not at hand here.
    if (reader === this.#me.id) this.#refreshList();
  }

  #deleted({ messageId, conversationId }) {
    this.#timelines.get(conversationId)?.remove(messageId);
    // The preview and the count are of what is left.
    this.fetch(conversationId).catch(() => {});
    this.changed("talk");
  }

  #startTyping({ conversationId, userId, username }) {
    if (!this.#typing.has(conversationId)) this.#typing.set(conversationId, new Map());
    const people = this.#typing.get(conversationId);
    clearTimeout(people.get(userId)?.timer);
    // The server says when it stops; a lost connection does not.
    const timer = setTimeout(() => this.#stopTyping(conversationId, userId), TYPING_AT_MOST);
    people.set(userId, { username, timer });
    this.changed("list", "talk");
  }

  #stopTyping(conversationId, userId) {
    const people = this.#typing.get(conversationId);
    clearTimeout(people?.get(userId)?.timer);
    if (people?.delete(userId)) this.changed("list", "talk");
  }

  #present(userId, isOnline, at) {
    for (const conversation of this.conversations.values()) {
      const person = conversation.participants.find((person) => person.id === userId);
      if (person) Object.assign(person, { isOnline, lastSeen: at });
    }
    this.changed("list", "talk");
  }

  /** A conversation as events show it: without who is online and what is unread. */
  #conversation(news) {
    if (!news.participants.some((person) => person.id === this.#me.id)) {
      if (this.conversations.delete(news.id)) this.dispatchEvent(new CustomEvent("gone", { detail: news.id }));
      this.#timelines.delete(news.id);
      this.changed("list", "talk");
    } else {
      this.fetch(news.id).catch(() => {});
    }
  }

  #refreshList() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => this.reload().catch(() => {}), 300);
  }

  /** Tells who shows it, once for all that changes in one go. */
  changed(...what) {
    if (this.#changes.size === 0) {
      queueMicrotask(() => {
        const changes = [...this.#changes];
        this.#changes.clear();
        for (const name of changes) this.dispatchEvent(new Event(name));
      });
    }
    for (const name of what) this.#changes.add(name);
  }
}
