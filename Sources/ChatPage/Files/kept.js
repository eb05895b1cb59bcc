// What outlives a reload of this tab, for one user. A tab's own storage: two tabs must not send the same message, and closing
// the tab throws it away.

export class Kept {
  #key;
  #owner;

  /** @param {string} owner the user's id: what another left in this tab is thrown away */
  constructor(key, owner) {
    this.#key = `msgctl.${key}`;
    this.#owner = owner;
  }

  /** @returns {Array} empty when there is nothing */
  read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key));
      return kept?.owner === this.#owner ? kept.items : [];
    } catch {
      return [];
    }
  }

  write(items) {
    try {
      if (items.length > 0) sessionStorage.setItem(this.#key, JSON.stringify({ owner: this.#owner, items }));
      else sessionStorage.removeItem(this.#key);
    } catch {
      // A browser may forbid storage: then a reload forgets it.
    }
  }
}
