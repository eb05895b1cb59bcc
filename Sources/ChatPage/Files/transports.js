// Engine.IO 4's two ways of carrying text: a websocket, and requests that wait for an answer.

const SEPARATOR = "\x1e";
const CONNECT_DEADLINE = 8_000;

function address(transport, sid) {
  const url = new URL("socket.io/", document.baseURI);
  url.hash = "";
  url.search = new URLSearchParams({ EIO: "4", transport, ...(sid ? { sid } : {}) });
  return url;
}

/**
 * A websocket. Handlers: `packet(text)`, and `closed()` once, whatever happened; nothing comes after it.
 */
export class WebSocketTransport {
  #socket;
  #closed;
  #deadline;

  constructor({ packet, closed }) {
    this.#closed = closed;
    const url = address("websocket");
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new WebSocket(url);
    this.#deadline = setTimeout(() => this.close(), CONNECT_DEADLINE);
    this.#socket.addEventListener("message", (event) => {
      clearTimeout(this.#deadline);
      packet(event.data);
    });
    this.#socket.addEventListener("close", () => this.close());
  }

  /** The session's id matters only to requests. */
  opened() {}

  send(text) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close() {
    clearTimeout(this.#deadline);
    const closed = this.#closed;
    this.#closed = null;
    this.#socket.close();
    closed?.();
  }
}

/** Polling, with the same handlers. */
export class PollingTransport {
  #handlers;
  #sid = null;
  #waiting = [];
  #isPosting = false;
  #abort = new AbortController();

  constructor(handlers) {
    this.#handlers = handlers;
    this.#poll();
  }

  opened(sid) {
    this.#sid = sid;
  }

  send(text) {
    this.#waiting.push(text);
    // What is sent in one go travels in one request.
    queueMicrotask(() => this.#post());
  }

  close() {
    const handlers = this.#handlers;
    this.#handlers = null;
    // The server is told; whether it hears it matters no more.
    if (handlers && this.#sid) {
      fetch(address("polling", this.#sid), { method: "POST", body: "1", keepalive: true }).catch(() => {});
    }
    this.#abort.abort();
    handlers?.closed();
  }

  async #poll() {
    while (this.#handlers) {
      let text;
      try {
        const reply = await fetch(address("polling", this.#sid), {
          cache: "no-store",
          // The first answer comes at once; a later one when there is something, at the latest a ping.
          signal: this.#sid ? this.#abort.signal : AbortSignal.any([this.#abort.signal, AbortSignal.timeout(CONNECT_DEADLINE)]),
        });
        if (!reply.ok) break;
        text = await reply.text();
      } catch {
        break;
      }
      for (const packet of text.split(SEPARATOR)) this.#handlers?.packet(packet);
    }
    this.#drop();
  }

  async #post() {
    if (this.#isPosting || !this.#sid || this.#waiting.length === 0) return;
    this.#isPosting = true;
    const body = this.#waiting.join(SEPARATOR);
    this.#waiting = [];
    try {
      const reply = await fetch(address("polling", this.#sid), { method: "POST", body, signal: this.#abort.signal });
      if (!reply.ok) this.#drop();
    } catch {
      this.#drop();
    }
    this.#isPosting = false;
    this.#post();
  }

  /** The session is gone: there is nobody to tell. */
  #drop() {
    this.#sid = null;
    this.close();
  }
}
