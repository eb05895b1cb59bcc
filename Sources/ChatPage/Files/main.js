// Puts the parts together: who is logged in, the connection, what is known, and what shows it.

import { API } from "./api.js";
import { Conversations } from "./conversations.js";
import { announce, byId, debounced, setText } from "./dom.js";
import { showDoor } from "./door.js";
import { GroupDialog } from "./group.js";
import { showError } from "./notices.js";
import { Outbox } from "./outbox.js";
import { PeopleDialog } from "./people.js";
import { Search } from "./search.js";
import { Session } from "./session.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";
import { fromEvent } from "./timeline.js";
import { told } from "./words.js";

const session = new Session();
const api = new API(session);

/** Everything of one user, until they log out; then the page is loaded anew, so that nothing of it is left. */
function enter() {
  const me = session.user;
  const store = new Store(me, api);
  const socket = new Socket({
    token: () => session.token(),
    onConnect: (isRecovered) => {
      showConnection(socket);
      // What was recovered is here already; else everything is read anew, behind what the server sends again.
      if (!isRecovered) reload();
      outbox.flush();
    },
    onDisconnect: () => showConnection(socket),
    onRefused: () => renewAndConnect(),
    onEvent: (name, payload) => {
      if (name === "auth_expiring") session.renew().catch(() => {});
      else if (name === "resync") reload();
      // "error" is about typing and read marks: nothing that a person could do something about.
      else if (name !== "error") apply(name, payload);
    },
  });
  const outbox = new Outbox(me.id, (name, payload) => socket.ask(name, payload));
  const group = new GroupDialog(me, api, store);
  const talk = new Talk({ me, api, store, socket, outbox, group });
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
      await store.reload();
      byId("chat").setAttribute("aria-busy", "false");
      talk.render();
    } catch (error) {
      if (!session.user) return;
      showError(told(error));
      reloadAgain = setTimeout(reload, (error.retryAfter ?? 5) * 1000);
    }
  }

  async function renewAndConnect() {
    try {
      await session.renew();
      socket.connect();
    } catch (error) {
      if (session.user) setTimeout(renewAndConnect, 5_000);
    }
  }

  session.addEventListener("renewed", () => socket.emit("auth_refresh", { token: session.token() }));
  session.addEventListener("ended", () => socket.close());
  outbox.addEventListener("sent", (event) => store.received(fromEvent(event.detail)));
  store.addEventListener("list", debounced(0, () => showUnread(store)));
  store.addEventListener("came", ({ detail: message }) => sayMessage(message, me, store));
  byId("log-out").addEventListener("click", async () => {
    outbox.clear();
    socket.close();
    let words = "You are logged out.";
    try {
      await api.post("auth/logout");
    } catch {
      words = "You are logged out here, but the server could not be told.";
    }
    session.end(words);
  });
  addEventListener("beforeunload", (event) => {
    if (session.user && outbox.items.some((item) => item.error === null)) event.preventDefault();
  });

  setText(byId("self"), me.username);
  byId("door").hidden = true;
  byId("chat").hidden = false;
  showConnection(socket);
  conversations.render();
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

/** For who does not see the page. */
function sayMessage(message, me, store) {
  if (message.sender.id === me.id) return;
  const isOpen = message.conversation === store.open;
  announce(isOpen ? `${message.sender.username}: ${message.content}` : `New message from ${message.sender.username}`);
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

async function begin() {
  try {
    if (await session.resume()) {
      enter();
      return;
    }
  } catch (error) {
    showError(told(error));
    setTimeout(begin, 5_000);
    return;
  }
  showDoor(session, takeNotice(), enter);
}

begin();
