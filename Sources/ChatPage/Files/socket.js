// A Socket.IO 5 client of the one namespace: events, acknowledgements, coming back, and what was missed meanwhile.

import { PollingTransport, WebSocketTransport } from "./transports.js";
import { Failure, isAboutToken, unreachable } from "./words.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const WEBSOCKET_AGAIN_AFTER = 300_000;
const ACK_DEADLINE = 10_000;

/**
 * Events of the server arrive at `onEvent(name, payload)`.
 * `onConnect(isRecovered)`: true when nothing was missed; `onDisconnect()`; `onRefused()` when the token was not taken: it is
 * tried again, like after every other failure, with what `token()` gives then.
 */
export class Socket {
  isConnected = false;
  /** `websocket` or `polling`. */
  transportName = null;

  #handlers;
  #token;
  #transport = null;
  #isWanted = false;
  #failures = 0;
  #timers = { again: null, silence: null };
  /** How long a living connection may be silent. */
  #patience = 0;
  #webSocketFailedAt = -Infinity;
  #recovery = { pid: undefined, offset: undefined };
  #acks = new Map();
  #nextAck = 0;

  /** @param {{token: () => string, onEvent, onConnect, onDisconnect, onRefused}} options */
  constructor({ token, ...handlers }) {
    this.#token = token;
    this.#handlers = handlers;
    // A device that comes back need not wait out its pause.
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
  }

  connect() {
    this.#isWanted = true;
    if (!this.#transport) this.#open();
  }

  /** Closes for good, and forgets what it could have come back to. */
  close() {
    this.#isWanted = false;
    this.#recovery = { pid: undefined, offset: undefined };
    clearTimeout(this.#timers.again);
    if (this.isConnected) this.#send("41");
    this.#transport?.close();
  }

  /** Emits when connected; else it is as if it had not been said. */
  emit(name, payload) {
    if (this.isConnected) this.#send(`42${JSON.stringify([name, payload])}`);
  }

  /** Emits and waits for the answer. @throws {Failure} `unreachable` when none came: it may have been done or not */
  ask(name, payload) {
    if (!this.isConnected) return Promise.reject(unreachable());
    return new Promise((resolve, reject) => {
      const id = this.#nextAck;
      this.#nextAck += 1;
      const timer = setTimeout(() => this.#acks.get(id)?.(null), ACK_DEADLINE);
      this.#acks.set(id, (answer) => {
        clearTimeout(timer);
        this.#acks.delete(id);
        if (answer === null) reject(unreachable());
        else if (answer?.success === false) reject(new Failure(answer.error, { code: answer.code, fields: answer.errors, retryAfter: answer.retryAfter }));
        else resolve(answer);
      });
      this.#send(`42${id}${JSON.stringify([name, payload])}`);
    });
  }

  #open() {
    clearTimeout(this.#timers.again);
    const usesPolling = performance.now() - this.#webSocketFailedAt < WEBSOCKET_AGAIN_AFTER;
    this.#start(usesPolling ? PollingTransport : WebSocketTransport);
  }

  #start(Transport) {
    let hasOpened = false;
    this.transportName = Transport === PollingTransport ? "polling" : "websocket";
    const transport = new Transport({
      packet: (text) => {
        if (!hasOpened && Transport === PollingTransport) this.#webSocketFailedAt = performance.now();
        hasOpened = true;
        this.#receive(transport, text);
      },
      closed: () => {
        if (this.#transport === transport) this.#transport = null;
        // Some proxies let no websocket through.
        if (!hasOpened && this.#isWanted && Transport === WebSocketTransport) this.#start(PollingTransport);
        else this.#lost();
      },
    });
    this.#transport = transport;
  }

  #lost() {
    clearTimeout(this.#timers.silence);
    const wasConnected = this.isConnected;
    this.isConnected = false;
    for (const answer of [...this.#acks.values()]) answer(null);
    if (wasConnected) this.#handlers.onDisconnect();
    if (!this.#isWanted) return;
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures += 1;
    // Not all clients of a server that comes back at the same instant.
    this.#timers.again = setTimeout(() => this.#open(), wait * (0.5 + Math.random() / 2));
  }

  #hurry() {
    if (this.#isWanted && !this.#transport) this.#open();
  }

  #send(packet) {
    this.#transport?.send(packet);
  }

  #receive(transport, text) {
    const rest = text.slice(1);
    switch (text[0]) {
      case "0": {
        const { sid, pingInterval, pingTimeout } = JSON.parse(rest);
        this.#patience = pingInterval + pingTimeout;
        transport.opened(sid);
        const auth = { token: `Bearer ${this.#token()}`, recovery: true, ...this.#recovery };
        transport.send(`40${JSON.stringify(auth)}`);
        break;
      }
      case "2":
        transport.send(`3${rest}`);
        break;
      case "4":
        this.#packet(rest);
        break;
      default:
        transport.close();
        return;
    }
    // A connection that is silent for longer than pings come is none any more.
    clearTimeout(this.#timers.silence);
    if (this.#transport === transport) this.#timers.silence = setTimeout(() => transport.close(), this.#patience);
  }

  #packet(text) {
    const [, type, ackId, json] = /^(\d)(\d*)(.*)$/s.exec(text) ?? [];
    const value = json ? JSON.parse(json) : undefined;
    switch (type) {
      case "0": {
        const isRecovered = value.pid !== undefined && value.pid === this.#recovery.pid;
        this.#recovery.pid = value.pid;
        this.#failures = 0;
        this.isConnected = true;
        this.#handlers.onConnect(isRecovered);
        break;
      }
      case "1":
        this.#transport?.close();
        break;
      case "2":
        // Every event ends with how far it brings this client.
        if (typeof value.at(-1) === "string" && value.length > 1) this.#recovery.offset = value.at(-1);
        this.#handlers.onEvent(value[0], value[1]);
        break;
      case "3":
        this.#acks.get(Number(ackId))?.(value[0]);
        break;
      case "4":
        this.#refused(value);
        break;
      default:
        this.#transport?.close();
    }
  }

  #refused(error) {
    if (isAboutToken(error?.data?.code)) this.#handlers.onRefused();
    this.#transport?.close();
  }
}
