// Who is in a group, and changing it.

import { byId, element, reconcile, setText } from "./dom.js";
import { attempt, confirmed } from "./notices.js";
import { PeopleFinder } from "./people.js";
import { titleOf } from "./words.js";

export class GroupDialog {
  #me;
  #api;
  #store;
  #dialog = byId("members");
  #finder;
  #id = null;

  constructor(me, api, store) {
    this.#me = me;
    this.#api = api;
    this.#store = store;
    const elements = { input: byId("adding-words"), state: byId("adding-state") };
    const members = () => new Set(this.#conversation?.participants.map((person) => person.id));
    this.#finder = new PeopleFinder(api, elements, members, (people) => this.#showFound(people));
    byId("members-close").addEventListener("click", () => this.#dialog.close());
    byId("leave").addEventListener("click", () => this.#leave());
    byId("rename").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(() => this.#api.patch(this.#path(), { name: byId("rename-name").value.trim() }));
    });
    store.addEventListener("list", () => this.#dialog.open && this.#render());
  }

  async show(id) {
    this.#id = id;
    byId("rename-name").value = this.#conversation.name ?? "";
    byId("adding-words").value = "";
    byId("adding-found").replaceChildren();
    // The same person's line in another group may lack a button that it has here.
    byId("members-list").replaceChildren();
    setText(byId("adding-state"), "");
    this.#render();
    this.#dialog.showModal();
  }

  get #conversation() {
    return this.#store.conversations.get(this.#id);
  }

  get #mayChange() {
    return this.#me.role !== "user" || this.#conversation.createdBy === this.#me.id;
  }

  #path(rest = "") {
    return `conversations/${this.#id}${rest}`;
  }

  #render() {
    const conversation = this.#conversation;
    if (!conversation) {
      this.#dialog.close();
      return;
    }
    setText(byId("members-title"), titleOf(conversation, this.#me));
    byId("rename").hidden = !this.#mayChange;
    byId("adding").hidden = !this.#mayChange;
    reconcile(
      byId("members-list"),
      conversation.participants,
      ({ id }) => id,
      (person) => this.#line(person),
      (line, person) => setText(line.querySelector(".note"), person.isOnline ? "online" : ""),
    );
  }

  #line(person) {
    const isMe = person.id === this.#me.id;
    const remove = () => this.#change(() => this.#api.delete(this.#path(`/participants/${person.id}`)));
    const label = `Remove ${person.username}`;
    return element(
      "li",
      { class: "row" },
      element("span", {}, isMe ? `${person.username} (you)` : person.username),
      element("span", { class: "note" }),
      isMe || !this.#mayChange ? null : element("button", { type: "button", "aria-label": label, on: { click: remove } }, "Remove"),
    );
  }

  #showFound(people) {
    reconcile(
      byId("adding-found"),
      people,
      ({ id }) => id,
      (person) => {
        const add = () => this.#change(() => this.#api.post(this.#path("/participants"), { participantId: person.id }));
        const label = `Add ${person.username}`;
        return element(
          "li",
          { class: "row" },
          element("span", {}, person.username),
          element("button", { type: "button", "aria-label": label, on: { click: add } }, "Add"),
        );
      },
      () => {},
    );
  }

  async #change(action) {
    const isDone = await attempt(async () => {
      await action();
      await this.#store.fetch(this.#id);
    });
    if (isDone && byId("adding-words").value) this.#finder.find();
  }

  async #leave() {
    if (!(await confirmed("Leave this group?", "You get its messages no more.", "Leave"))) return;
    this.#dialog.close();
    await attempt(() => this.#store.leave(this.#id));
  }
}
