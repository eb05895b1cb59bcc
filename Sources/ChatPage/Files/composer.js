// Where one writes.

import { byId } from "./dom.js";
import { showError } from "./notices.js";

const TYPING_AGAIN_AFTER = 2_000;
const LONGEST = 1_000;

export class Composer {
  #actions;
  #words = byId("words");
  #typingSaidAt = -Infinity;
  /** What was begun in conversations that are not open now. */
  #drafts = new Map();
  #conversation = null;

  /** @param {{send: (text: string) => void, typing: (isTyping: boolean) => void}} actions */
  constructor(actions) {
    this.#actions = actions;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#words.addEventListener("keydown", (event) => {
      // While a word is being composed, Enter ends it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.#words.addEventListener("input", () => this.#typed());
    this.#words.addEventListener("blur", () => this.#stopTyping());
  }

  focus() {
    this.#words.focus({ preventScroll: true });
  }

  /** A conversation was opened. Where there is no keyboard, one on the screen would cover half of it. */
  begin() {
    if (matchMedia("(pointer: coarse)").matches) byId("talk").focus({ preventScroll: true });
    else this.focus();
  }

  /** Another conversation is open now. */
  keepFor(conversation) {
    this.#stopTyping();
    if (this.#conversation) this.#drafts.set(this.#conversation, this.#words.value);
    this.#conversation = conversation;
    this.#words.value = this.#drafts.get(conversation) ?? "";
    this.#fit();
  }

  #send() {
    const text = this.#words.value.trim();
    if (text === "") return;
    const length = [...text].length;
    if (length > LONGEST) {
      showError(`A message may have ${LONGEST} characters; this one has ${length}.`);
      return;
    }
    this.#words.value = "";
    this.#fit();
    this.#stopTyping();
    this.#actions.send(text);
  }

  #typed() {
    this.#fit();
    if (this.#words.value === "") {
      this.#stopTyping();
    } else if (performance.now() - this.#typingSaidAt > TYPING_AGAIN_AFTER) {
      this.#typingSaidAt = performance.now();
      this.#actions.typing(true);
    }
  }

  #stopTyping() {
    if (this.#typingSaidAt === -Infinity) return;
    this.#typingSaidAt = -Infinity;
    this.#actions.typing(false);
  }

  /** As many lines as there are, up to six. */
  #fit() {
    this.#words.rows = Math.min(6, this.#words.value.split("\n").length);
  }
}
