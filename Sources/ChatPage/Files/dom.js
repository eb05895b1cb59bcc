// Builds and updates elements. Text only ever becomes text: nothing in these files reads HTML.

/** The element of the page with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element.
 * @param {string} tag
 * @param {object} attributes `class`, `on` (listeners by event) and attributes; null and false leave one out
 * @param {...(Node|string|null)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else {
      setAttribute(made, name, value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets an attribute, or takes it away for null and false. */
export function setAttribute(target, name, value) {
  if (value === null || value === undefined || value === false) target.removeAttribute(name);
  else if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value === true ? "" : value);
}

/** Sets text, and touches nothing when it is there already: screen readers would say it again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Makes a parent's children those of a list. Elements that stay keep the focus, and are moved only when they must be.
 * @param {Element} parent
 * @param {Array} items
 * @param {(item) => string} keyOf
 * @param {(item) => Element} create
 * @param {(element: Element, item) => void} update called for new and old elements alike
 */
export function reconcile(parent, items, keyOf, create, update) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(items.map(keyOf));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = kept.get(key);
    if (!child) {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  // An element that is moved loses the focus.
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** Says something to people who use a screen reader, when they are free to listen. */
export function announce(text) {
  const line = element("p", {}, text);
  byId("announcer").append(line);
  setTimeout(() => line.remove(), 10_000);
}

/** Calls once, after calls have stopped coming for a while. */
export function debounced(milliseconds, action) {
  let timer = null;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** An action that is not begun again while it runs: a button pressed twice does it once. */
export function oneAtATime(action) {
  let running = null;
  return () => {
    running ??= action().finally(() => {
      running = null;
    });
  };
}
