// The modal stack: what is on top is drawn; typing survives an update in place.

import { get, post } from "./api.js";
import { render } from "./blocks.js";
import { h, icon, uid } from "./dom.js";
import { forget, formOf } from "./form.js";
import { flush } from "./inputs.js";
import { plain } from "./mrkdwn.js";
import { state } from "./state.js";
import { surfaceOf } from "./surface.js";
import { refused, toast } from "./toast.js";

let dialog = null;
let shown = [];
let errors = {};
let opener = null;

export async function loadViews() {
  const answer = await get("view", { as: state.as });
  if (answer.stack) setStack(answer.stack);
}

export function setStack(stack) {
  const top = stack.at(-1);
  for (const view of shown) if (!stack.some((one) => one.id === view.id)) forget(`view:${view.id}`);
  const same = shown.at(-1) && top && shown.at(-1).id === top.id;
  if (same && shown.length === stack.length && JSON.stringify(shown.at(-1)) === JSON.stringify(top)) return;
  if (!same) errors = {};
  shown = stack;
  if (!top) return hide();
  formOf(`view:${top.id}`).keep(top.blocks);
  return show(top, same);
}

function hide() {
  if (dialog) {
    dialog.close();
    dialog.remove();
    dialog = null;
    opener?.isConnected && opener.focus();
    opener = null;
  }
}

function show(view, same) {
  const focused = same ? mark() : null;
  const top = same ? dialog.querySelector(".modal-body")?.scrollTop : 0;
  if (!dialog) {
    opener = document.activeElement;
    dialog = h("dialog.modal", { role: "dialog", "aria-modal": "true" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
    });
    document.body.append(dialog);
  }
  const id = uid("title");
  dialog.setAttribute("aria-labelledby", id);
  dialog.dataset.view = view.id;
  const body = h("div.modal-body", {}, render(view.blocks, surfaceFor(view)));
  const foot = [
    h("button.button", { type: "button", onclick: () => close(false) }, plain(view.close?.text) || (view.submit ? "Cancel" : "Close")),
    view.submit ? h("button.button.primary.filled.submit", { type: "button", onclick: submit }, h("span.button-text", {}, plain(view.submit.text))) : null,
  ];
  dialog.replaceChildren(
    h("div.modal-head", {},
      shown.length > 1 ? h("button.plain", { type: "button", "aria-label": "Back", onclick: () => close(false) }, icon("back")) : null,
      h("h2", { id }, plain(view.title?.text)),
      h("button.plain.modal-x", { type: "button", "aria-label": "Dismiss", title: "Dismiss", onclick: () => close(true) }, icon("close"))),
    body, h("div.modal-foot", {}, foot));
  if (!dialog.open) dialog.showModal();
  if (same) {
    body.scrollTop = top;
    unmark(focused);
  }
  // a modal that was only loading has put the cursor nowhere: it belongs into the first field
  if (!same || (!focused && (document.activeElement === dialog || !dialog.contains(document.activeElement)))) (body.querySelector("[autofocus]") || body.querySelector("input,select,textarea") || dialog.querySelector(".submit") || dialog).focus({ preventScroll: true });
}

function surfaceFor(view) {
  return surfaceOf({ type: "view", view_id: view.id }, `view:${view.id}`, {
    get errors() {
      return errors;
    },
    touched: (block) => {
      if (!errors[block]) return;
      delete errors[block];
      const box = dialog?.querySelector(`[data-block="${CSS.escape(block)}"]`);
      box?.querySelector(".field-error")?.remove();
      box?.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
      box?.querySelectorAll(".invalid").forEach((field) => field.classList.remove("invalid"));
    },
    enter: submit,
  });
}

// Remember where the cursor was by block and position, so that an update does not steal it.
function mark() {
  const at = document.activeElement;
  const block = at?.closest?.("[data-block]")?.dataset.block;
  if (!block || !dialog.contains(at)) return null;
  let range = null;
  try {
    range = [at.selectionStart, at.selectionEnd];
  } catch { /* a date field has no selection */ }
  const all = [...at.closest("[data-block]").querySelectorAll("input,select,textarea,button")];
  return { block, index: all.indexOf(at), range };
}

function unmark(focused) {
  if (!focused) return;
  const found = dialog.querySelector(`[data-block="${CSS.escape(focused.block)}"]`)?.querySelectorAll("input,select,textarea,button")[focused.index];
  found?.focus({ preventScroll: true });
  try {
    if (focused.range?.[0] !== null) found?.setSelectionRange(...focused.range);
  } catch { /* a date field has no selection */ }
}

async function submit() {
  const view = shown.at(-1);
  const button = dialog?.querySelector(".submit");
  if (!view?.submit || button?.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  dialog.classList.add("sending");
  await flush();
  const inputs = new Set((view.blocks || []).filter((block) => block.type === "input").map((block) => block.block_id));
  const all = formOf(`view:${view.id}`).values;
  const values = Object.fromEntries(Object.entries(all).filter(([block, actions]) => inputs.has(block) || Object.keys(actions).length));
  const answer = await post("submit", { as: state.as, view_id: view.id, values });
  button.removeAttribute("aria-busy");
  dialog?.classList.remove("sending");
  const found = answer.errors && Object.keys(answer.errors).length ? answer.errors : null;
  if (found) {
    errors = found;
    if (shown.at(-1)?.id === view.id) {
      show(view, true);
      const first = dialog.querySelector(".field-error")?.closest("[data-block]");
      first?.scrollIntoView({ block: "nearest" });
      first?.querySelector("input,select,textarea")?.focus();
    }
  } else if (answer.ok === false) {
    if (answer.message || answer.error !== "operation_timeout") refused(answer, "Submitting");
    else toast("We had some trouble connecting. Try again?");
  } else await loadViews();
}

async function close(all) {
  const view = shown.at(-1);
  if (!view) return;
  await flush();
  setStack(all || view.clear_on_close ? [] : shown.slice(0, -1));
  await post("close", { as: state.as, view_id: view.id, all: all || undefined });
}
