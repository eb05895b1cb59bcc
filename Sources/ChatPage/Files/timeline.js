// The messages of one conversation that are at hand: a stretch without gaps, oldest first.

const PAGE = 50;
const MOST = 200;
const KEPT = 1_000;

/** Messages are in the order of their time; of one instant in that of their ids. */
const orderOf = (message) => `${message.createdAt} ${message.id}`;

/** A message of an event, in the form of those of the history. */
export function fromEvent(event) {
  return { ...event, conversation: event.conversationId, readBy: [] };
}

export class Timeline {
  messages = [];
  hasOlder = false;
  /** Whether newer ones are stored than the last here: what comes in live would leave a gap, and waits. */
  hasNewer = false;
  isLoaded = false;
  #api;
  #conversation;
  #isLoading = false;
  /** Counts what replaces all that is at hand: of what is on its way only the latest is used. */
  #replacing = 0;
  /** Counts when that was done: a further page of what was at hand before is of no use then. */
  #replaced = 0;
  /** The last ones that came in live: a page that was on its way then may be from before. */
  #live = new Map();
  /** Deleted ones: a page that was on its way may still have them. */
  #deleted = new Set();

  constructor(api, conversation) {
    this.#api = api;
    this.#conversation = conversation;
  }

  /** The newest page. */
  loadNewest() {
    return this.#loadBackTo(null);
  }

  /**
   * After a connection that may have missed events: reads anew what goes up to the newest message, back to the first one at
   * hand, for any of them may have been changed or deleted meanwhile.
   */
  async reload() {
    if (this.hasNewer) this.#live.clear();
    else await this.#loadBackTo(this.messages[0] ?? null);
  }

  async #loadBackTo(first) {
    this.#live.clear();
    const isLatest = this.#replace();
    const limit = first ? Math.min(MOST, Math.max(PAGE, this.messages.length)) : PAGE;
    let { data, pagination } = await this.#page({ limit });
    while (first && pagination.hasOlder && data.length < KEPT && orderOf(data[0]) > orderOf(first)) {
      const older = await this.#page({ before: data[0].id, limit: MOST });
      data = [...older.data, ...data];
      pagination = older.pagination;
    }
    if (!isLatest()) return;
    this.#replaced += 1;
    this.messages = [];
    this.hasOlder = pagination.hasOlder;
    this.#take(data, false);
    this.isLoaded = true;
  }

  /** A message and what is around it. */
  async loadAround(id) {
    const isLatest = this.#replace();
    const [before, after] = await Promise.all([this.#page({ before: id }), this.#page({ after: id })]);
    // The message itself is in neither: it is the one behind what is before it.
    const anchor = after.data[0]
      ? await this.#page({ before: after.data[0].id, limit: 1 })
      : await this.#page({ limit: 1 });
    if (!isLatest()) return;
    this.#replaced += 1;
    this.messages = [];
    this.hasOlder = before.pagination.hasOlder;
    this.#take([...before.data, ...anchor.data, ...after.data], after.pagination.hasNewer);
    this.isLoaded = true;
  }

  /** @returns {Promise<boolean>} whether there were some */
  loadOlder() {
    return this.#extend(this.hasOlder, { before: this.messages[0]?.id }, ({ data, pagination }) => {
      this.hasOlder = pagination.hasOlder;
      this.#take(data, this.hasNewer);
    });
  }

  loadNewer() {
    return this.#extend(this.hasNewer, { after: this.messages.at(-1)?.id }, ({ data, pagination }) => {
      this.#take(data, pagination.hasNewer);
    });
  }

  /** A message that was just sent. */
  add(message) {
    this.#live.set(message.id, message);
    if (this.#live.size > MOST) this.#live.delete(this.#live.keys().next().value);
    if (!this.hasNewer) this.#insert(message);
  }

  /** Lets the oldest go when there are very many; only for who reads at the end. */
  trim() {
    if (this.hasNewer || this.#isLoading || this.messages.length <= KEPT) return;
    this.messages = this.messages.slice(-KEPT);
    this.hasOlder = true;
  }

  /** @returns {boolean} whether the reader had not read it before */
  markRead(id, reader, at) {
    const message = this.find(id);
    if (!message || message.readBy.some((receipt) => receipt.user === reader)) return false;
    message.readBy = [...message.readBy, { user: reader, readAt: at }];
    return true;
  }

  remove(id) {
    this.#deleted.add(id);
    this.#live.delete(id);
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  /** @returns {() => boolean} whether nothing else has begun to replace what is at hand since */
  #replace() {
    this.#replacing += 1;
    const mine = this.#replacing;
    return () => this.#replacing === mine;
  }

  async #extend(isMore, query, take) {
    if (!isMore || this.#isLoading || this.messages.length === 0) return false;
    this.#isLoading = true;
    const stage = this.#replaced;
    try {
      const page = await this.#page(query);
      if (stage !== this.#replaced) return false;
      take(page);
      return page.data.length > 0;
    } finally {
      this.#isLoading = false;
    }
  }

  /** A page from the server; when it reaches the newest message, what came in live goes on from there. */
  #take(page, hasNewer) {
    for (const message of page) this.#insert(message);
    this.hasNewer = hasNewer;
    const first = this.messages[0];
    for (const message of hasNewer ? [] : this.#live.values()) {
      if (!first || orderOf(message) > orderOf(first)) this.#insert(message);
    }
  }

  #page(query) {
    return this.#api.get(`messages/${this.#conversation}`, { limit: PAGE, ...query });
  }

  #insert(message) {
    if (this.#deleted.has(message.id)) return;
    const old = this.find(message.id);
    if (old) {
      const known = new Set(old.readBy.map((receipt) => receipt.user));
      old.readBy = [...old.readBy, ...message.readBy.filter((receipt) => !known.has(receipt.user))];
      return;
    }
    let place = this.messages.length;
    while (place > 0 && orderOf(this.messages[place - 1]) > orderOf(message)) place -= 1;
    this.messages.splice(place, 0, message);
  }
}
