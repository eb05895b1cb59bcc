// Who is logged in. The refresh token lies in this origin's local storage, so that a reload or another tab does not ask
// for the password again; the access token only in memory. docs/chat-page.md says why.

import { call } from "./api.js";
import { pauseAfter } from "./words.js";

const KEY = "msgctl.session";
const EARLY = 60_000;
// The server answers a spent refresh token with its successor for a while, by default for a minute: within less than ten
// seconds an answer that was lost is asked for often enough for a server that allows no more.
const RENEWAL_DEADLINE = 3_000;
const RENEWAL_TRIES = 3;
const RENEWAL_PAUSE = 200;

/**
 * Emits `renewed` with new tokens, `ended` when the session is over, and `delayed` with a failure when the server can't renew
 * it just now; that is tried again by itself.
 */
export class Session extends EventTarget {
  user = null;
  #access = null;
  #timer = null;
  #renewal = null;
  /** The server named a time before which it need not be asked: until when, and what it said. */
  #refusal = { until: -Infinity, error: null };

  constructor() {
    super();
    // Another tab logged out, or somebody else in.
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      const kept = read();
      // Somebody logged in while this tab asked who comes: it goes on with the same session, not with a second one.
      if (!this.user) {
        if (kept && !this.#renewal) location.reload();
      } else if (!kept) this.end("You are logged out.");
      else if (kept.user !== this.user.id) location.reload();
    });
  }

  token() {
    return this.#access;
  }

  /** Makes an account; logging in comes after. */
  async register(username, email, password) {
    await call("POST", "auth/register", { body: { username, email, password } });
  }

  async logIn(email, password) {
    this.#take(await call("POST", "auth/login", { body: { email, password } }));
  }

  /** Whether an earlier visit, or another tab, left a session that `renew` goes on with. */
  get isKept() {
    return read() !== null;
  }

  /** New tokens; called twice at a time it asks once. @throws {Failure} */
  renew() {
    if (performance.now() < this.#refusal.until) return Promise.reject(this.#refusal.error);
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
      this.#take(await exchange(kept?.refresh ?? null));
    } catch (error) {
      if (error.status === 401) this.end("Your session has ended. Log in again.");
      else this.#delay(error);
      throw error;
    }
    this.dispatchEvent(new Event("renewed"));
  }

  #delay(error) {
    const pause = pauseAfter(error);
    if (error.retryAfter) this.#refusal = { until: performance.now() + pause, error };
    this.#renewIn(pause + 1);
    this.dispatchEvent(new CustomEvent("delayed", { detail: error }));
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

/** New tokens for a refresh token. An answer that is lost is asked for again at once. */
async function exchange(token) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call("POST", "auth/refresh", { token, deadline: RENEWAL_DEADLINE });
    } catch (error) {
      if (error.code !== "unreachable" || attempt === RENEWAL_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RENEWAL_PAUSE));
    }
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
