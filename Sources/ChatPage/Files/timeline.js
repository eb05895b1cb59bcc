// The messages of one conversation that are at hand: a stretch without gaps, oldest first.

const PAGE = 50;
const MOST = 200;

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
  /** Came in while a page was on its way, which may be from before. */
  #fresh = new Set();
  /** Deleted ones: a page that was on its way may still have them. */
  #deleted = new Set();

  constructor(api, conversation) {
    this.#api = api;
    this.#conversation = conversation;
  }

  /** The newest page, or as much as is here already: what was here may have been changed or deleted meanwhile. */
  async loadNewest() {
    this.#fresh.clear();
    const count = this.hasNewer ? 0 : this.messages.length;
    const { data, pagination } = await this.#page({ limit: Math.min(MOST, Math.max(PAGE, count)) });
    const live = this.messages.filter((message) => this.#fresh.has(message.id));
    this.hasOlder = pagination.hasOlder;
    this.hasNewer = false;
    this.messages = [];
    for (const message of [...data, ...live]) this.#insert(message);
    this.isLoaded = true;
  }

  /** A message and what is around it. */
  async loadAround(id) {
    const [before, after] = await Promise.all([this.#page({ before: id }), this.#page({ after: id })]);
    // The message itself is in neither: it is the one behind what is before it.
    const anchor = after.data[0]
      ? await this.#page({ before: after.data[0].id, limit: 1 })
      : await this.#page({ limit: 1 });
    this.messages = [];
    for (const message of [...before.data, ...anchor.data, ...after.data]) this.#insert(message);
    this.hasOlder = before.pagination.hasOlder;
    this.hasNewer = after.pagination.hasNewer;
    this.isLoaded = true;
  }

  /** @returns {Promise<boolean>} whether there were some */
  async loadOlder() {
    if (!this.hasOlder || this.#isLoading || this.messages.length === 0) return false;
    return this.#extend(async () => {
      const { data, pagination } = await this.#page({ before: this.messages[0].id });
      this.hasOlder = pagination.hasOlder;
      return data;
    });
  }

  async loadNewer() {
    if (!this.hasNewer || this.#isLoading || this.messages.length === 0) return false;
    return this.#extend(async () => {
      const { data, pagination } = await this.#page({ after: this.messages.at(-1).id });
      this.hasNewer = pagination.hasNewer;
      return data;
    });
  }

  /** A message that was just sent. */
  add(message) {
    this.#fresh.add(message.id);
    if (!this.hasNewer) this.#insert(message);
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
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  async #extend(load) {
    this.#isLoading = true;
    try {
      const data = await load();
      for (const message of data) this.#insert(message);
      return data.length > 0;
    } finally {
      this.#isLoading = false;
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
