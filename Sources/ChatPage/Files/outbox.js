// Messages that are written and not yet known to be stored. Each has an id of its own, so that sending it again, after a
// lost connection or a reload, gives the first message and not a second one.

import { Failure, told } from "./words.js";

const KEY = "msgctl.outbox";
const PAUSE = 2_000;

/** Emits `changed`, and `sent` with the stored message. */
export class Outbox extends EventTarget {
  /** `{clientMessageId, conversationId, content, createdAt, error, wasTried, isHidden}`, in the order of writing. */
  items = [];
  #ask;
  #owner;
  #isSending = false;

  /**
   * @param {string} owner the user's id: what another left in this tab is thrown away
   * @param {(name: string, payload: object) => Promise<object>} ask
   */
  constructor(owner, ask) {
    super();
    this.#owner = owner;
    this.#ask = ask;
    this.items = read(owner);
  }

  add(conversationId, content) {
    this.items.push({
      clientMessageId: newId(),
      conversationId,
      content,
      createdAt: new Date().toISOString(),
      error: null,
      wasTried: false,
      isHidden: false,
    });
    this.#changed();
    this.flush();
  }

  of(conversationId) {
    return this.items.filter((item) => item.conversationId === conversationId && !item.isHidden);
  }

  retry(item) {
    item.error = null;
    this.#changed();
    this.flush();
  }

  discard(item) {
    this.items = this.items.filter((other) => other !== item);
    this.#changed();
  }

  /**
   * One's own message came in from the server. It may be the one that was sent when the connection was lost, so that is
   * shown no more; it is still sent again, to be sure.
   */
  recognise(message) {
    const item = this.items.find(
      (item) =>
        item.wasTried && !item.isHidden && item.conversationId === message.conversation && item.content === message.content,
    );
    if (!item) return;
    item.isHidden = true;
    this.#changed();
  }

  /** Sends what waits, one after the other. Call it whenever the connection is there again. */
  async flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    let item;
    while ((item = this.items.find((item) => item.error === null))) {
      if (!(await this.#send(item))) break;
    }
    this.#isSending = false;
  }

  /** @returns {Promise<boolean>} whether the next one may be sent */
  async #send(item) {
    const { clientMessageId, conversationId, content } = item;
    const wasTried = item.wasTried;
    item.wasTried = true;
    if (!wasTried) write(this.#owner, this.items);
    try {
      const { message } = await this.#ask("send_message", { clientMessageId, conversationId, content });
      this.items = this.items.filter((other) => other !== item);
      this.dispatchEvent(new CustomEvent("sent", { detail: message }));
    } catch (error) {
      if (error instanceof Failure && error.isPassing) {
        // Nobody knows whether it is stored: again, at the latest when the connection is there.
        setTimeout(() => this.flush(), PAUSE);
        return false;
      }
      item.error = told(error);
      item.isHidden = false;
    }
    this.#changed();
    return true;
  }

  #changed() {
    write(this.#owner, this.items);
    this.dispatchEvent(new Event("changed"));
  }

  /** Forgets everything, also in this tab's storage. */
  clear() {
    this.items = [];
    write(this.#owner, []);
  }
}

/** 128 random bits; `crypto.randomUUID` is there only with HTTPS. */
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A tab's own storage: two tabs must not send the same message, and closing the tab throws it away.
function read(owner) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept?.owner === owner ? kept.items : [];
  } catch {
    return [];
  }
}

function write(owner, items) {
  try {
    if (items.length > 0) sessionStorage.setItem(KEY, JSON.stringify({ owner, items }));
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser may forbid storage: then a reload forgets what was not sent.
  }
}
