// What people read: errors, times, names.

const ABOUT_TOKEN = new Set(["invalid_token", "token_expired", "session_revoked", "authentication_required"]);
const SHORTEST_PAUSE = 5;
const LONGEST_PAUSE = 60;
const LISTED_AT_MOST = 6;

/** A failure that the server told, or that came before it could. */
export class Failure extends Error {
  /**
   * @param {string} message a sentence
   * @param {{code?: string, status?: number, fields?: object[], retryAfter?: number|null}} details `retryAfter` in seconds
   */
  constructor(message, { code = "unknown", status = 0, fields = [], retryAfter = null } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may well work a moment later. */
  get isPassing() {
    return this.code === "unreachable" || this.status === 503 || ["server_busy", "unavailable"].includes(this.code);
  }
}

/** Whether a refusal with this code means that another access token is needed; of any other, another try may do. */
export const isAboutToken = (code) => ABOUT_TOKEN.has(code);

/** How long to wait after a failure before the same is tried again by itself, in milliseconds. */
export function pauseAfter(error) {
  return Math.min(error.retryAfter ?? SHORTEST_PAUSE, LONGEST_PAUSE) * 1000;
}

export const unreachable = () =>
  new Failure("The server can't be reached. What you see may be old; it is tried again by itself.", { code: "unreachable" });

/** An error as a sentence. */
export function told(error) {
  if (!(error instanceof Failure)) {
    // A mistake of this page: whoever looks for it finds it in the console.
    console.error(error);
    return "Something went wrong in this page. Load it again.";
  }
  if (error.code === "rate_limited") {
    const wait = error.retryAfter;
    return wait ? `That was too often. Try again in ${seconds(wait)}.` : `That was too often. ${error.message}`;
  }
  if (error.fields.length > 0) return error.fields.map((field) => field.msg).join(" ");
  return error.message;
}

function seconds(count) {
  if (count < 90) return `${Math.ceil(count)} seconds`;
  return `${Math.ceil(count / 60)} minutes`;
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** `12:43` today, else with the day. */
export function momentOf(iso) {
  const date = new Date(iso);
  return day.format(date) === day.format(new Date()) ? time.format(date) : whole.format(date);
}

/** `12:43` today, else only the day. */
export function shortMomentOf(iso) {
  const date = new Date(iso);
  return day.format(date) === day.format(new Date()) ? time.format(date) : day.format(date);
}

/** `1 message`, `2 messages`. */
export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What a conversation is called by one who takes part. */
export function titleOf(conversation, me) {
  if (!conversation.isDirect) return conversation.name ?? "Group";
  return peerOf(conversation, me)?.username ?? "Conversation";
}

/** The other one of a direct conversation. */
export function peerOf(conversation, me) {
  return conversation.isDirect ? conversation.participants.find((person) => person.id !== me.id) : undefined;
}

/** `ada, alan and grace`; of many the first ones: `ada, alan and 58 more`. */
export function listed(all) {
  const names = all.length > LISTED_AT_MOST ? [...all.slice(0, LISTED_AT_MOST - 1), `${all.length - LISTED_AT_MOST + 1} more`] : all;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * A search hit's highlight as pieces of text. The server marks with `<em>` and escapes the rest; it is taken apart here
 * and shown as text.
 * @returns {{text: string, isMatch: boolean}[]}
 */
export function piecesOf(highlight) {
  const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  const plain = (text) => text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity]);
  return highlight
    .split(/(<em>.*?<\/em>)/s)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const match = /^<em>(.*)<\/em>$/s.exec(piece);
      return { text: plain(match ? match[1] : piece), isMatch: match !== null };
    });
}
