// Calls of the REST API.

import { Failure, unreachable } from "./words.js";

const DEADLINE = 20_000;
const TRIES = 3;

/** Calls for one who is logged in, or not yet. */
export class API {
  /** @param {{token: () => string|null, renew: () => Promise<void>}} session whose access token is shown */
  constructor(session) {
    this.session = session;
  }

  get(path, query = {}) {
    const fields = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
    return this.#patiently("GET", fields.size > 0 ? `${path}?${fields}` : path);
  }

  post(path, body = {}) {
    return this.#authorised("POST", path, body);
  }

  patch(path, body) {
    return this.#authorised("PATCH", path, body);
  }

  delete(path) {
    return this.#authorised("DELETE", path);
  }

  /** What only reads is asked again when the server is away for a moment. */
  async #patiently(method, path) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#authorised(method, path);
      } catch (error) {
        if (!(error instanceof Failure) || !error.isPassing || attempt === TRIES) throw error;
        const wait = Math.min(error.retryAfter ?? 1, 5) * 1000 * attempt;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** With the access token; with a new one when it has expired meanwhile. */
  async #authorised(method, path, body) {
    try {
      return await call(method, path, { body, token: this.session.token() });
    } catch (error) {
      if (error.status !== 401) throw error;
      await this.session.renew();
      return await call(method, path, { body, token: this.session.token() });
    }
  }
}

/**
 * One request.
 * @param {{body?: object, token?: string|null, deadline?: number}} options `deadline` in milliseconds
 * @returns {Promise<object>} the answer's JSON
 * @throws {Failure}
 */
export async function call(method, path, { body, token, deadline = DEADLINE } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  let answer;
  try {
    reply = await fetch(`api/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(deadline),
    });
    answer = await reply.json();
  } catch {
    throw unreachable();
  }
  if (reply.ok) return answer;
  const after = Number.parseInt(reply.headers.get("Retry-After") ?? "", 10);
  throw new Failure(answer.message ?? "The server refused.", {
    code: answer.code,
    status: reply.status,
    fields: answer.errors ?? [],
    retryAfter: Number.isNaN(after) ? null : after,
  });
}
