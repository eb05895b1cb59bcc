// Read marks on their way to the server. Each is kept until the server has answered, so that a lost connection loses none.

import { Failure } from "./words.js";

/** So many at a time: the server reads no further while more wait for it. */
const AT_A_TIME = 20;
const PAUSE = 2_000;

export class ReadMarks {
  #ask;
  #waiting = new Set();
  #sending = null;
  #again = null;

  /** @param {(name: string, payload: object) => Promise<object>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /** Marking a message twice is the same as once. */
  add(messageId) {
    this.#waiting.add(messageId);
    this.flush();
  }

  /** Sends what waits. Call it whenever the connection is there again. @returns {Promise<void>} when that was tried */
  flush() {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send() {
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting].slice(0, AT_A_TIME);
      const answered = await Promise.all(some.map((messageId) => this.#tell(messageId)));
      if (answered.includes(false)) {
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.flush(), PAUSE);
        return;
      }
    }
  }

  /** @returns {Promise<boolean>} whether the server answered: also that there is no such message any more */
  async #tell(messageId) {
    try {
      await this.#ask("message_read", { messageId });
    } catch (error) {
      if (error instanceof Failure && error.isPassing) return false;
    }
    this.#waiting.delete(messageId);
    return true;
  }
}
