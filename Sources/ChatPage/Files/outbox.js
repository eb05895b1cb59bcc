// Messages that are written and not yet known to be stored. Each has an id of its own, so that sending it again, after a
// lost connection or a reload, gives the first message and not a second one.

import { Kept } from "./kept.js";
import { Failure, told } from "./words.js";

const PAUSE = 2_000;

/** Emits `changed`, and `sent` with the stored message. */
export class Outbox extends EventTarget {
  /** `{clientMessageId, conversationId, content, createdAt, error, wasTried, isHidden}`, in the order of writing. */
  items = [];
  #ask;
  #kept;
  #isSending = false;

  /**
   * @param {string} owner the user's id
   * @param {(name: string, payload: object) => Promise<object>} ask
   */
  constructor(owner, ask) {
    super();
    this.#kept = new Kept("outbox", owner);
    this.#ask = ask;
    this.items = this.#kept.read();
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

  /** What is shown of them. */
  get shown() {
    return this.items.filter((item) => !item.isHidden);
  }

  of(conversationId) {
    return this.shown.filter((item) => item.conversationId === conversationId);
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
    if (!wasTried) this.#kept.write(this.items);
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
    this.#kept.write(this.items);
    this.dispatchEvent(new Event("changed"));
  }

  /** Forgets everything, also in this tab's storage. */
  clear() {
    this.items = [];
    this.#kept.write([]);
  }
}

/** 128 random bits; `crypto.randomUUID` is there only with HTTPS. */
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
