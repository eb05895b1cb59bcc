// Where one writes.

import { byId } from "./dom.js";
import { Kept } from "./kept.js";
import { showError } from "./notices.js";

const TYPING_AGAIN_AFTER = 2_000;
const LONGEST = 1_000;

export class Composer {
  #actions;
  #words = byId("words");
  #typingSaidAt = -Infinity;
  /** What was begun in conversations that are not open now. */
  #drafts;
  #conversation = null;

  /** @param {{me, send: (text: string) => void, typing: (isTyping: boolean) => void}} options */
  constructor({ me, ...actions }) {
    this.#actions = actions;
    const kept = new Kept("drafts", me.id);
    this.#drafts = new Map(kept.read());
    // Also when the session ends in the middle of a sentence.
    addEventListener("pagehide", () => {
      this.#keep();
      kept.write([...this.#drafts]);
    });
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
    this.#keep();
    this.#conversation = conversation;
    this.#words.value = this.#drafts.get(conversation) ?? "";
    this.#fit();
  }

  /** Throws away what was begun anywhere. */
  forget() {
    this.#drafts.clear();
    this.#words.value = "";
  }

  #keep() {
    if (!this.#conversation) return;
    if (this.#words.value) this.#drafts.set(this.#conversation, this.#words.value);
    else this.#drafts.delete(this.#conversation);
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

  /** As high as the text, within what the style sheet allows, where the browser does not see to it. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#words.style.height = "auto";
    const border = this.#words.offsetHeight - this.#words.clientHeight;
    this.#words.style.height = `${this.#words.scrollHeight + border}px`;
  }
}
