// Logging in and registering.

import { byId, element, setAttribute } from "./dom.js";
import { showError } from "./notices.js";
import { Failure, told } from "./words.js";

/** Shows the forms until one has led to a session, then calls `enter`. */
export function showDoor(session, notice, enter) {
  byId("door").hidden = false;
  byId("chat").hidden = true;
  if (notice) showError(notice);
  const [logIn, register] = [byId("log-in"), byId("register")];
  const show = (form, other) => {
    form.hidden = false;
    other.hidden = true;
    form.querySelector("input").focus();
  };
  const isOpen = document.documentElement.dataset.registration === "open";
  byId("no-account").hidden = !isOpen;
  byId("no-registration").hidden = isOpen;
  byId("to-register").addEventListener("click", () => show(register, logIn));
  byId("to-log-in").addEventListener("click", () => show(logIn, register));
  onSubmit(logIn, async ({ email, password }) => {
    await session.logIn(email, password);
    enter();
  });
  onSubmit(register, async ({ username, email, password }) => {
    await session.register(username, email, password);
    try {
      await session.logIn(email, password);
    } catch (error) {
      // There is an account now, and registering again would be refused.
      show(logIn, register);
      clear(logIn);
      logIn.elements.email.value = email;
      showFailure(logIn, new Failure(`You are registered, but not logged in yet. ${told(error)}`));
      return;
    }
    enter();
  });
  logIn.querySelector("input").focus();
}

function onSubmit(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.main");
    if (button.disabled) return;
    clear(form);
    button.disabled = true;
    try {
      await action(Object.fromEntries(new FormData(form)));
    } catch (error) {
      showFailure(form, error);
      return;
    } finally {
      button.disabled = false;
    }
    form.reset();
  });
}

/** What is wrong with a field stands at the field; anything else at the form's end. */
function showFailure(form, error) {
  const fields = (error.fields ?? []).filter((field) => form.elements[field.path]);
  for (const field of fields) {
    const input = form.elements[field.path];
    const id = `${input.id}-error`;
    input.after(element("p", { class: "error", id }, field.msg));
    setAttribute(input, "aria-invalid", "true");
    setAttribute(input, "aria-describedby", [input.dataset.hint, id].filter(Boolean).join(" "));
  }
  if (fields.length === 0) {
    const text = error.code === "invalid_credentials" ? "The e-mail address or the password is wrong." : told(error);
    form.querySelector("button.main").before(element("p", { class: "error", role: "alert" }, text));
  }
  const first = fields.length > 0 ? form.querySelector("[aria-invalid]") : form.querySelector("input");
  first.focus();
}

function clear(form) {
  for (const line of form.querySelectorAll(".error")) line.remove();
  for (const input of form.querySelectorAll("input")) {
    input.dataset.hint ??= input.getAttribute("aria-describedby") ?? "";
    setAttribute(input, "aria-invalid", null);
    setAttribute(input, "aria-describedby", input.dataset.hint || null);
  }
}
