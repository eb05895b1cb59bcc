// What went wrong, told where everybody notices it, and questions before what can't be undone.

import { byId, element, setText } from "./dom.js";
import { told } from "./words.js";

const SHOWN_FOR = 12_000;
/** How and when each line goes away. */
const closers = new WeakMap();
/** Answers the question that was asked last. */
let answer = null;

/** Shows a sentence until it is closed, or for a while. */
export function showError(text) {
  const place = byId("alert");
  // Behind an open dialog nobody sees or hears anything.
  const host = document.querySelector("dialog[open]") ?? document.body;
  if (place.parentElement !== host) host.prepend(place);
  const shown = [...place.children].find((child) => child.firstChild.textContent === text);
  if (shown) {
    hideLater(shown);
    return;
  }
  const before = document.activeElement;
  const close = () => {
    const hasFocus = line.contains(document.activeElement);
    line.remove();
    if (hasFocus && before.isConnected) before.focus();
  };
  const line = element(
    "p",
    {},
    element("span", {}, text),
    element("button", { type: "button", on: { click: close } }, "Close"),
  );
  closers.set(line, { close, timer: null });
  place.append(line);
  hideLater(line);
}

function hideLater(line) {
  const closer = closers.get(line);
  clearTimeout(closer.timer);
  closer.timer = setTimeout(closer.close, SHOWN_FOR);
}

/** Runs what a person asked for; a failure is told. @returns {Promise<boolean>} whether it was done */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    showError(told(error));
    return false;
  }
}

/** @returns {Promise<boolean>} whether the answer was yes; Escape is no */
export function confirmed(question, detail, yes) {
  const dialog = byId("confirm");
  setText(byId("confirm-question"), question);
  setText(byId("confirm-detail"), detail);
  setText(byId("confirm-yes"), yes);
  dialog.returnValue = "";
  dialog.showModal();
  answer?.(false);
  return new Promise((resolve) => {
    answer = resolve;
    dialog.onclose = () => {
      // The event of an earlier question may come only when the next one is shown.
      if (!dialog.open) resolve(dialog.returnValue === "yes");
    };
  });
}
