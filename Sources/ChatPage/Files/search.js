// Finding messages.

import { byId, element, oneAtATime, setText } from "./dom.js";
import { attempt } from "./notices.js";
import { momentOf, piecesOf, titleOf } from "./words.js";

export class Search {
  #api;
  #store;
  #show;
  #words = byId("search-words");
  #query = "";
  #page = 1;

  /** @param {(conversation: string, message: string) => void} show opens a hit */
  constructor(api, store, show) {
    this.#api = api;
    this.#store = store;
    this.#show = show;
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
    byId("more-hits").addEventListener("click", oneAtATime(() => this.#find(this.#page + 1)));
    store.addEventListener("deleted", ({ detail: id }) => byId("hits").querySelector(`[data-id="${CSS.escape(id)}"]`)?.remove());
    byId("end-search").addEventListener("click", () => this.#end());
    for (const part of [byId("search"), byId("found")]) {
      part.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.#end();
      });
    }
  }

  async #begin() {
    this.#query = this.#words.value.trim();
    if (this.#query === "") {
      this.#end();
      return;
    }
    await this.#find(1);
  }

  async #find(page) {
    const query = this.#query;
    await attempt(async () => {
      const { data } = await this.#api.get("messages/search", { q: query, page });
      if (query !== this.#query) return;
      this.#page = page;
      byId("overview").hidden = true;
      byId("found").hidden = false;
      const count = data.total === 1 ? "1 message" : `${data.total} messages`;
      const note = data.degraded ? " (search is limited just now)" : "";
      setText(byId("found-title"), data.total === 0 ? `Nothing found for “${query}”` : `${count} found${note}`);
      const lines = data.hits.map((hit) => this.#line(hit));
      if (page === 1) byId("hits").replaceChildren(...lines);
      else byId("hits").append(...lines);
      byId("more-hits").hidden = page >= data.pagination.pages;
      if (page === 1) byId("found-title").focus();
      else lines[0]?.querySelector("a").focus();
    });
  }

  #line(hit) {
    const conversation = this.#store.conversations.get(hit.conversation);
    const where = conversation && !conversation.isDirect ? ` in ${titleOf(conversation)}` : "";
    const open = (event) => {
      event.preventDefault();
      this.#show(hit.conversation, hit.id);
    };
    return element(
      "li",
      { "data-id": hit.id },
      element(
        "a",
        { href: `#${hit.conversation}`, on: { click: open } },
        element("span", { class: "title" }, (hit.sender?.username ?? "Somebody who is gone") + where),
        element("time", { class: "when", datetime: hit.createdAt }, momentOf(hit.createdAt)),
        element(
          "span",
          { class: "preview", dir: "auto" },
          ...piecesOf(hit.highlight).map((piece) => (piece.isMatch ? element("mark", {}, piece.text) : piece.text)),
        ),
      ),
    );
  }

  #end() {
    this.#query = "";
    this.#words.value = "";
    byId("overview").hidden = false;
    byId("found").hidden = true;
    byId("hits").replaceChildren();
    this.#words.focus();
  }
}
