// The composer: a growing text box with slash-command completion. Enter sends, Shift+Enter breaks the line.

import { post } from "./api.js";
import { h, icon, uid } from "./dom.js";
import { pending } from "./messages.js";
import { isApp, label, state } from "./state.js";
import { refused } from "./toast.js";

let main = null;
const drafts = new Map();

/** Put text into the main composer and focus it; the person sends it. */
export function insert(text) {
  if (!main) return false;
  main.set(text);
  return true;
}

export function drawComposer() {
  const box = document.getElementById("composer");
  const channel = state.channels.get(state.channel);
  main = null;
  box.hidden = state.tab !== "messages";
  if (box.hidden || !channel) return;
  const home = state.boot.app?.home || {};
  if (isApp(channel) && (home.messages_tab_read_only_enabled || home.read_only)) {
    box.replaceChildren(h("p.readonly", {}, "Sending messages to this app has been turned off. Commands work in any channel."));
    return;
  }
  main = composer({ channel, draft: channel.id, commands: true });
  box.replaceChildren(main.node);
}

export function composer({ channel, thread, draft, commands }) {
  const listId = uid("commands");
  const name = thread ? "Reply…" : `Message ${label(channel)}`;
  const area = h("textarea", { rows: 1, "aria-label": name, placeholder: name, "aria-autocomplete": "list", "aria-controls": listId, "aria-haspopup": "listbox", spellcheck: "true" });
  const menu = h("ul.commands", { id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
  const send = h("button.send", { type: "button", "aria-label": "Send", disabled: true }, icon("send"));
  let rows = [];
  let active = 0;
  area.value = drafts.get(draft) || "";

  function grow() {
    drafts.set(draft, area.value);
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
    send.disabled = !area.value.trim();
  }

  function complete() {
    const typed = area.value;
    rows = commands && typed.startsWith("/") && !/\s/.test(typed) ? state.boot.commands.filter((one) => one.command.startsWith(typed.toLowerCase())) : [];
    active = 0;
    paint();
  }

  function paint() {
    menu.hidden = !rows.length;
    menu.replaceChildren(...rows.map((row, index) => h("li", { role: "option", id: `${listId}-${index}`, "aria-selected": String(index === active), onmousedown: (event) => event.preventDefault(), onclick: () => choose(row) },
      h("strong", {}, row.command), h("span.usage", {}, row.usage_hint || ""), h("small", {}, row.description || ""))));
    if (rows.length) area.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else area.removeAttribute("aria-activedescendant");
    menu.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose(row) {
    set(`${row.command} `);
    rows = [];
    paint();
  }

  function set(text) {
    area.value = text;
    grow();
    complete();
    area.focus();
    area.setSelectionRange(text.length, text.length);
  }

  async function go() {
    const text = area.value.trim();
    if (!text) return;
    area.value = "";
    rows = [];
    paint();
    grow();
    const found = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    const slow = setTimeout(() => (done = pending(found ? `Running ${found[1]}…` : "Sending…")), 150);
    let done = () => {};
    const answer = found && commands
      ? await post("command", { as: state.as, channel: channel.id, command: found[1], text: found[2] })
      : await post("say", { as: state.as, channel: channel.id, text, thread_ts: thread });
    clearTimeout(slow);
    done();
    if (answer.ok === false) {
      refused(answer, found ? found[1] : "Sending");
      if (!area.value) set(text);
    }
  }

  area.addEventListener("input", () => {
    grow();
    complete();
  });
  area.addEventListener("blur", () => setTimeout(() => (menu.hidden = true), 150));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (rows.length && !menu.hidden) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        active = (active + step + rows.length) % rows.length;
        return paint();
      }
      const whole = rows.some((row) => row.command === area.value.trim());
      if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole)) {
        event.preventDefault();
        return choose(rows[active]);
      }
      if (event.key === "Escape") {
        event.preventDefault();
        rows = [];
        return paint();
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      go();
    }
    return undefined;
  });
  send.addEventListener("click", go);
  const node = h("div.composer", {}, menu, area, h("div.composer-foot", {}, h("span.tip", {}, commands ? "Type / for commands" : ""), send));
  queueMicrotask(grow);
  return { node, set, area };
}
