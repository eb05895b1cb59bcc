// Puts the parts together: who is logged in, the connection, what is known, and what shows it.

import { API } from "./api.js";
import { Conversations } from "./conversations.js";
import { announce, byId, debounced, oneAtATime, setText } from "./dom.js";
import { showDoor } from "./door.js";
import { GroupDialog } from "./group.js";
import { confirmed, showError } from "./notices.js";
import { Outbox } from "./outbox.js";
import { PeopleDialog } from "./people.js";
import { ReadMarks } from "./reads.js";
import { Search } from "./search.js";
import { Session } from "./session.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";
import { fromEvent } from "./timeline.js";
import { counted, pauseAfter, titleOf, told } from "./words.js";

const SAID_AT_ONCE = 3;

const session = new Session();
const api = new API(session);

/**
 * Everything of one user, until they log out; then the page is loaded anew, so that nothing of it is left.
 * @param {boolean} isFresh whether they logged in just now, with forms that are gone then
 */
function enter(isFresh) {
  const me = session.user;
  const store = new Store(me, api);
  const socket = new Socket({
    token: () => session.token(),
    onConnect: async (isRecovered) => {
      showConnection(socket);
      outbox.flush();
      // First what was read here, so that nobody counts it as unread.
      await reads.flush();
      // What was recovered is here already; else everything is read anew, behind what the server sends again.
      if (!isRecovered) reload();
    },
    onDisconnect: () => showConnection(socket),
    onRefused: () => session.renew().catch(() => {}),
    onEvent: (name, payload) => {
      if (name === "auth_expiring") session.renew().catch(() => {});
      else if (name === "resync") reload();
      // "error" is about typing: nothing that a person could do something about.
      else if (name !== "error") apply(name, payload);
    },
  });
  const ask = (name, payload) => socket.ask(name, payload);
  const outbox = new Outbox(me.id, ask);
  const reads = new ReadMarks(ask);
  const group = new GroupDialog(me, api, store);
  const talk = new Talk({ me, api, store, socket, outbox, reads, group });
  const conversations = new Conversations(me, store);
  new Search(api, store, (conversation, message) => talk.show(conversation, message));
  new PeopleDialog(me, api, store);

  function apply(name, payload) {
    if (name === "message_received" && payload.sender.id === me.id) outbox.recognise(fromEvent(payload));
    store.apply(name, payload);
  }

  let reloadAgain = null;
  async function reload() {
    clearTimeout(reloadAgain);
    try {
      const came = await store.reload();
      byId("chat").setAttribute("aria-busy", "false");
      talk.render();
      if (came > 0) announce(`${counted(came, "message")} came meanwhile.`);
    } catch (error) {
      if (!session.user) return;
      showError(told(error));
      reloadAgain = setTimeout(reload, pauseAfter(error));
    }
  }

  const logOut = oneAtATime(async () => {
    const unsent = outbox.shown.length;
    const question = `${counted(unsent, "message")} ${unsent === 1 ? "is" : "are"} not sent yet.`;
    if (unsent > 0 && !(await confirmed(question, "Whoever logs out throws that away.", "Log out"))) return;
    outbox.clear();
    talk.forgetDrafts();
    socket.close();
    let words = "You are logged out.";
    try {
      await api.post("auth/logout");
    } catch {
      words = "You are logged out here, but the server could not be told.";
    }
    session.end(words);
  });

  session.addEventListener("renewed", () => socket.emit("auth_refresh", { token: session.token() }));
  session.addEventListener("ended", () => socket.close());
  outbox.addEventListener("sent", (event) => store.received(fromEvent(event.detail)));
  store.addEventListener("list", debounced(0, () => showUnread(store)));
  store.addEventListener("removed", ({ detail }) => showError(`You are not in “${titleOf(detail, me)}” any more.`));
  announceNews(me, store);
  byId("log-out").addEventListener("click", logOut);
  addEventListener("beforeunload", (event) => {
    if (session.user && outbox.items.some((item) => item.error === null)) event.preventDefault();
  });

  setText(byId("waiting"), "");
  setText(byId("self"), me.username);
  byId("door").hidden = true;
  byId("chat").hidden = false;
  showConnection(socket);
  conversations.render();
  if (isFresh) document.querySelector("nav").focus({ preventScroll: true });
  talk.followAddress();
  socket.connect();
}

function showConnection(socket) {
  const line = byId("connection");
  line.dataset.state = socket.isConnected ? "on" : "off";
  setText(line, socket.isConnected ? "Connected" : "Not connected; trying…");
}

function showUnread(store) {
  document.title = store.unread > 0 ? `(${store.unread}) msgctl` : "msgctl";
}

/** For who does not see the page. Of many messages that come in one go only the number is told. */
function announceNews(me, store) {
  const news = [];
  const say = () => {
    const messages = news.splice(0);
    if (messages.length > SAID_AT_ONCE) announce(`${messages.length} new messages.`);
    else for (const message of messages) announce(wordsOf(message, store));
  };
  store.addEventListener("came", ({ detail: message }) => {
    if (message.sender.id === me.id) return;
    if (news.length === 0) setTimeout(say, 200);
    news.push(message);
  });
}

function wordsOf({ sender, conversation, content }, store) {
  return conversation === store.open ? `${sender.username}: ${content}` : `New message from ${sender.username}`;
}

session.addEventListener("ended", (event) => {
  sessionStorage.setItem("msgctl.notice", event.detail);
  location.replace(location.pathname);
});

/** @returns {string|null} what the page had to say before it was loaded anew */
function takeNotice() {
  const notice = sessionStorage.getItem("msgctl.notice");
  sessionStorage.removeItem("msgctl.notice");
  return notice;
}

session.addEventListener("delayed", ({ detail: error }) => {
  if (!session.user) setText(byId("waiting"), `Waiting for the server… ${told(error)}`);
});

if (session.isKept) {
  // What fails is tried again by the session; one that has ended loads the page anew.
  session.addEventListener("renewed", () => enter(false), { once: true });
  session.renew().catch(() => {});
} else {
  showDoor(session, takeNotice(), () => enter(true));
}
