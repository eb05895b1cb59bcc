// What is known of conversations and people, and how events change it.

import { fromEvent, Timeline } from "./timeline.js";

const TIMELINES_KEPT = 20;
const TYPING_AT_MOST = 10_000;
const LIST_PAGE = 50;
const SEEN_KEPT = 5_000;
const EARLIER_PAGE = 200;
const EARLIER_PAGES = 10;
const TRIES = 3;

/**
 * Emits `list` when conversations or people changed, `talk` when the open one did, `came` with a new message, `gone` with the id
 * of a conversation that is not one's own any more, `removed` with the conversation when another decided that, `deleted` with the
 * id of a message.
 */
export class Store extends EventTarget {
  conversations = new Map();
  /** The id of the conversation that is shown, or null. */
  open = null;
  total = 0;
  /** Whether the list has been read at all. */
  isLoaded = false;
  #me;
  #api;
  #timelines = new Map();
  #typing = new Map();
  /** How often something happened that answers on their way may lack: at all, and to each conversation. */
  #news = { count: 0, of: new Map() };
  #fetches = new Map();
  /** The last messages that came or were read: the conversation of one that was counted as unread, else null. */
  #seen = new Map();
  #leaving = new Set();
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

  /**
   * Reads everything anew that is shown: after a connection that may have missed events.
   * @returns {Promise<number>} how many more messages are unread than were
   */
  async reload() {
    const before = this.isLoaded ? this.unread : Infinity;
    await this.#readList();
    const came = Math.max(0, this.unread - before);
    // Whatever else was at hand is from before; what is opened from now on is read then.
    for (const id of this.#timelines.keys()) if (id !== this.open) this.#timelines.delete(id);
    if (this.open) await this.timeline(this.open).reload();
    this.changed("list", "talk");
    return came;
  }

  async #readList() {
    const limit = Math.max(LIST_PAGE, Math.min(100, this.conversations.size));
    const { data } = await this.#settled(() => this.#news.count, () => this.#api.get("conversations", { limit }));
    this.conversations = new Map(data.conversations.map((conversation) => [conversation.id, conversation]));
    this.total = data.pagination.total;
    this.isLoaded = true;
    this.changed("list");
    if (!this.open || this.conversations.has(this.open)) return;
    await this.fetch(this.open).catch((error) => {
      if (error.status !== 404) throw error;
    });
  }

  /** What happens while an answer is on its way may be in it or not: then it is asked for again. */
  async #settled(news, load) {
    for (let attempt = 1; ; attempt += 1) {
      const before = news();
      const answer = await load();
      if (news() === before || attempt === TRIES) return answer;
    }
  }

  /** Something happened, in a conversation when one is named, that counts on their way may lack. */
  #noted(id) {
    this.#news.count += 1;
    if (id) this.#news.of.set(id, (this.#news.of.get(id) ?? 0) + 1);
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

  /** Reads one conversation anew, as it is now. @throws {Failure} also when one does not take part */
  fetch(id) {
    // Who is being answered already is answered again.
    this.#noted(id);
    if (!this.#fetches.has(id)) this.#fetches.set(id, this.#fetch(id).finally(() => this.#fetches.delete(id)));
    return this.#fetches.get(id);
  }

  async #fetch(id) {
    try {
      const { data } = await this.#settled(() => this.#news.of.get(id), () => this.#api.get(`conversations/${id}`));
      this.conversations.set(id, data);
      this.changed("list", "talk");
    } catch (error) {
      if (error.status === 404) this.#forget(id);
      throw error;
    }
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
    const { id, conversation: where } = message;
    const isMine = message.sender.id === this.#me.id;
    this.#noted(where);
    this.#stopTyping(where, message.sender.id);
    const timeline = this.#timelines.get(where);
    timeline?.add(message);
    if (where !== this.open) timeline?.trim();
    const isNew = !this.#seen.has(id);
    if (isNew) this.#remember(id, isMine ? null : where);
    const conversation = this.conversations.get(where);
    if (!conversation) {
      this.fetch(where).catch(() => {});
    } else if (isNew && (conversation.lastMessageAt ?? "") <= message.createdAt) {
      if (conversation.lastMessage?.id !== id && !isMine) conversation.unreadCount += 1;
      conversation.lastMessage = message;
      conversation.lastMessageAt = message.createdAt;
    }
    if (isNew) this.dispatchEvent(new CustomEvent("came", { detail: message }));
    this.changed("list", "talk");
  }

  #remember(id, conversation) {
    this.#seen.set(id, conversation);
    if (this.#seen.size > SEEN_KEPT) this.#seen.delete(this.#seen.keys().next().value);
  }

  #isUnread(message) {
    return message.sender?.id !== this.#me.id && !message.readBy.some((receipt) => receipt.user === this.#me.id);
  }

  /** Marks what is at hand of a conversation as read, up to a message. @returns {string[]} what the server has to be told */
  markRead(id, last) {
    const { messages } = this.timeline(id);
    const end = messages.findLastIndex((message) => message.id === last) + 1;
    const unread = messages.slice(0, end).filter((message) => this.#isUnread(message));
    for (const message of unread) this.#read(message.id, this.#me.id, new Date().toISOString());
    return unread.map((message) => message.id);
  }

  /** Marks what is unread from before the messages at hand. @param {(id: string) => void} tell what the server has to be told */
  async markEarlierRead(id, tell) {
    const timeline = this.timeline(id);
    let before = timeline.hasOlder ? timeline.messages[0]?.id : null;
    for (let pages = 0; before && pages < EARLIER_PAGES && this.conversations.get(id)?.unreadCount > 0; pages += 1) {
      const { data, pagination } = await this.#api.get(`messages/${id}`, { before, limit: EARLIER_PAGE });
      for (const message of data) {
        // It may have come at hand meanwhile.
        if (!this.#isUnread(timeline.find(message.id) ?? message)) continue;
        timeline.markRead(message.id, this.#me.id, new Date().toISOString());
        this.#countRead(message.id, id);
        tell(message.id);
      }
      before = pagination.hasOlder ? data[0]?.id : null;
    }
  }

  #read(messageId, reader, at) {
    const isMine = reader === this.#me.id;
    for (const [id, timeline] of this.#timelines) {
      if (!timeline.find(messageId)) continue;
      if (!timeline.markRead(messageId, reader, at)) return;
      if (isMine) this.#countRead(messageId, id);
      this.changed("list", "talk");
      return;
    }
    if (!isMine) return;
    // Read in another tab, in a conversation that is not at hand here.
    const where = this.#seen.get(messageId);
    if (where) this.#countRead(messageId, where);
    else if (where === undefined) this.#refreshList();
  }

  #countRead(messageId, id) {
    this.#noted(id);
    this.#remember(messageId, null);
    const conversation = this.conversations.get(id);
    if (conversation) conversation.unreadCount = Math.max(0, conversation.unreadCount - 1);
    this.changed("list", "talk");
  }

  #deleted({ messageId, conversationId }) {
    this.#timelines.get(conversationId)?.remove(messageId);
    this.dispatchEvent(new CustomEvent("deleted", { detail: messageId }));
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
    this.#noted();
    for (const conversation of this.conversations.values()) {
      const person = conversation.participants.find((person) => person.id === userId);
      if (person) Object.assign(person, { isOnline, lastSeen: at });
    }
    this.changed("list", "talk");
  }

  /** A conversation as events show it: without who is online and what is unread. */
  #conversation(news) {
    if (!news.participants.some((person) => person.id === this.#me.id)) {
      const conversation = this.conversations.get(news.id);
      this.#forget(news.id);
      const isTold = conversation && !this.#leaving.has(news.id);
      if (isTold) this.dispatchEvent(new CustomEvent("removed", { detail: conversation }));
    } else {
      this.fetch(news.id).catch(() => {});
    }
  }

  /** Leaves a group. @throws {Failure} */
  async leave(id) {
    this.#leaving.add(id);
    try {
      await this.#api.delete(`conversations/${id}/participants/${this.#me.id}`);
      this.#forget(id);
    } finally {
      this.#leaving.delete(id);
    }
  }

  #forget(id) {
    this.#noted(id);
    this.conversations.delete(id);
    this.#timelines.delete(id);
    this.dispatchEvent(new CustomEvent("gone", { detail: id }));
    this.changed("list", "talk");
  }

  #refreshList() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => this.#readList().catch(() => {}), 300);
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
