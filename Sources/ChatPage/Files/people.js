// Finding people, and beginning a conversation with one or several.

import { byId, debounced, element, oneAtATime, reconcile, setText } from "./dom.js";
import { attempt } from "./notices.js";
import { listed, told } from "./words.js";

const FOUND_AT_MOST = 20;

/** Looks for people while one types. */
export class PeopleFinder {
  #api;
  #input;
  #state;
  #except;
  #show;

  /**
   * @param {{input, state}} elements where one types, and where is said what was found
   * @param {() => Set<string>} except ids of people that are left out
   * @param {(people: object[]) => void} show
   */
  constructor(api, { input, state }, except, show) {
    this.#api = api;
    this.#input = input;
    this.#state = state;
    this.#except = except;
    this.#show = show;
    const soon = debounced(250, () => this.find());
    input.addEventListener("input", soon);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.find();
    });
  }

  async find() {
    const q = this.#input.value.trim();
    try {
      const { users, pagination } = await this.#api.get("user/list", { q, limit: FOUND_AT_MOST });
      if (q !== this.#input.value.trim()) return;
      const except = this.#except();
      this.#show(users.filter((user) => !except.has(user.id)));
      const more = pagination.total > users.length ? "; type more of the name to see others" : "";
      setText(this.#state, users.length === 0 ? "Nobody of this name." : `${pagination.total} found${more}.`);
    } catch (error) {
      setText(this.#state, told(error));
    }
  }
}

/** The dialog behind “New conversation”. */
export class PeopleDialog {
  #api;
  #store;
  #dialog = byId("people");
  #finder;
  #found = [];
  #chosen = new Map();

  constructor(me, api, store) {
    this.#api = api;
    this.#store = store;
    const elements = { input: byId("people-words"), state: byId("people-state") };
    this.#finder = new PeopleFinder(api, elements, () => new Set([me.id]), (people) => {
      this.#found = people;
      this.#render();
    });
    byId("start").addEventListener("click", () => this.#open());
    byId("people-cancel").addEventListener("click", () => this.#dialog.close());
    const start = oneAtATime(() => this.#start());
    byId("people-form").addEventListener("submit", (event) => {
      event.preventDefault();
      start();
    });
  }

  #open() {
    this.#chosen.clear();
    this.#found = [];
    byId("people-form").reset();
    this.#render();
    this.#dialog.showModal();
    byId("people-words").focus();
    this.#finder.find();
  }

  #render() {
    const others = this.#found.filter((person) => !this.#chosen.has(person.id));
    reconcile(
      byId("people-found"),
      [...this.#chosen.values(), ...others],
      ({ id }) => id,
      (person) => this.#line(person),
      (line, { id }) => {
        line.querySelector("input").checked = this.#chosen.has(id);
      },
    );
    const names = [...this.#chosen.values()].map(({ username }) => username);
    setText(byId("people-chosen"), names.length > 0 ? `Chosen: ${listed(names)}.` : "Choose one person, or several for a group.");
    byId("people-group").hidden = names.length < 2;
    byId("people-start").disabled = names.length === 0;
  }

  #line(person) {
    const choose = (event) => {
      if (event.target.checked) this.#chosen.set(person.id, person);
      else this.#chosen.delete(person.id);
      this.#render();
    };
    const box = element("input", { type: "checkbox", on: { change: choose } });
    const presence = person.isOnline ? element("span", { class: "note" }, " online") : null;
    return element("li", {}, element("label", {}, box, person.username, presence));
  }

  async #start() {
    const ids = [...this.#chosen.keys()];
    const isGroup = ids.length > 1;
    const name = byId("people-name").value.trim();
    await attempt(async () => {
      const body = isGroup ? { participantIds: ids, name } : { participantId: ids[0] };
      const { data } = await this.#api.post("conversations", body);
      await this.#store.fetch(data.id);
      this.#dialog.close();
      location.hash = data.id;
    });
  }
}
