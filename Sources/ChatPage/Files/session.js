// Who is logged in. The refresh token lies in this origin's local storage, so that a reload or another tab does not ask
// for the password again; the access token only in memory. docs/chat-page.md says why.

import { call } from "./api.js";

const KEY = "msgctl.session";
const EARLY = 60_000;

/** Emits `renewed` with new tokens, `ended` when the session is over. */
export class Session extends EventTarget {
  user = null;
  #access = null;
  #timer = null;
  #renewal = null;

  constructor() {
    super();
    // Another tab logged out, or somebody else in.
    addEventListener("storage", (event) => {
      if (event.key !== KEY || !this.user) return;
      const kept = read();
      if (!kept) this.end("You are logged out.");
      else if (kept.user !== this.user.id) location.reload();
    });
  }

  token() {
    return this.#access;
  }

  async register(username, email, password) {
    await call("POST", "auth/register", { body: { username, email, password } });
    await this.logIn(email, password);
  }

  async logIn(email, password) {
    this.#take(await call("POST", "auth/login", { body: { email, password } }));
  }

  /** Goes on with what an earlier visit left. @returns {Promise<boolean>} whether there was something */
  async resume() {
    if (!read()) return false;
    try {
      await this.renew();
    } catch (error) {
      if (error.status === 401) return false;
      throw error;
    }
    return true;
  }

  /** New tokens; called twice at a time it asks once. @throws {Failure} */
  renew() {
    this.#renewal ??= this.#renewAlone().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** Only one tab at a time, where the browser has locks (not on plain HTTP): the next finds the first one's token. */
  #renewAlone() {
    return navigator.locks ? navigator.locks.request(KEY, () => this.#renewNow()) : this.#renewNow();
  }

  async #renewNow() {
    const kept = read();
    if (kept && this.user && kept.user !== this.user.id) {
      location.reload();
      return;
    }
    try {
      this.#take(await call("POST", "auth/refresh", { token: kept?.refresh ?? null }));
    } catch (error) {
      if (error.status === 401) this.end("Your session has ended. Log in again.");
      else this.#renewIn((error.retryAfter ?? 5) * 1000);
      throw error;
    }
    this.dispatchEvent(new Event("renewed"));
  }

  /** Forgets the session here; `reason` is a sentence. */
  end(reason) {
    clearTimeout(this.#timer);
    this.user = null;
    this.#access = null;
    write(null);
    this.dispatchEvent(new CustomEvent("ended", { detail: reason }));
  }

  #take(answer) {
    this.user = answer.user;
    this.#access = answer.accessToken;
    write({ user: answer.user.id, refresh: answer.refreshToken });
    const left = answer.expiresIn * 1000;
    this.#renewIn(left - Math.min(EARLY, left / 2));
  }

  #renewIn(milliseconds) {
    clearTimeout(this.#timer);
    // Who can't be reached is asked again by the timer that the failure sets.
    this.#timer = setTimeout(() => this.renew().catch(() => {}), Math.min(milliseconds, 0x7fffffff));
  }
}

// A browser may forbid storage altogether; then a reload asks for the password.
let memory = null;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return memory;
  }
}

function write(value) {
  memory = value;
  try {
    if (value) localStorage.setItem(KEY, JSON.stringify(value));
    else localStorage.removeItem(KEY);
  } catch {
    // As said above.
  }
}
