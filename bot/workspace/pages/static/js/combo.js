// A typed select (ARIA combobox with a listbox): one or many choices, local or asked of the app.

import { h, icon, place, uid } from "./dom.js";

/**
 * combo({id, name, labelledby, placeholder, many, most, chosen, find, least, describe, onchange, invalid})
 * chosen: [{key, text, note, raw}]; find(typed) → [{group?, rows: [same]}] (may be a promise).
 */
export function combo(set) {
  let chosen = [...(set.chosen || [])];
  let rows = [];
  let active = -1;
  let turn = 0;
  let timer = 0;
  const listId = uid("list");
  const input = h("input", {
    id: set.id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": listId, "aria-label": set.labelledby ? null : set.name, "aria-describedby": set.describe || null, placeholder: set.placeholder || "",
  });
  const chips = h("span.chips");
  const box = h("div.combo", { class: set.many ? "many" : "" }, chips, input, h("span.combo-arrow", {}, icon("down", 14)));
  const list = h("ul.listbox", { id: listId, role: "listbox", hidden: true, "aria-label": "Options" });
  if (set.many) list.setAttribute("aria-multiselectable", "true");
  const holder = h("div.combo-holder", {}, box, list);

  function draw() {
    chips.replaceChildren(...(set.many ? chosen.map((row) => h("span.chip", {}, row.text,
      h("button.plain", { type: "button", "aria-label": `Remove ${row.text}`, onclick: (event) => { event.stopPropagation(); drop(row); } }, icon("close", 12)))) : []));
    if (!set.many) input.value = chosen[0]?.text || "";
    input.placeholder = set.many && chosen.length ? "" : set.placeholder || "";
  }

  function tell() {
    draw();
    set.onchange(chosen.map((row) => row.raw));
  }

  function drop(row) {
    chosen = chosen.filter((other) => other.key !== row.key);
    tell();
    input.focus();
  }

  function pick(row) {
    if (!row) return;
    if (set.many) {
      const had = chosen.some((other) => other.key === row.key);
      if (!had && set.most && chosen.length >= set.most) return;
      chosen = had ? chosen.filter((other) => other.key !== row.key) : [...chosen, row];
      input.value = "";
    } else chosen = [row];
    close();
    tell();
  }

  function note(text) {
    rows = [];
    active = -1;
    list.replaceChildren(h("li.note", { role: "presentation" }, text));
    show();
  }

  function show() {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    place(list, box, { width: true });
  }

  function close() {
    clearTimeout(timer);
    turn++;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function fillList(groups) {
    rows = groups.flatMap((group) => group.rows);
    if (!rows.length) return note("No results");
    list.replaceChildren(...groups.flatMap((group) => [
      group.group ? h("li.group", { role: "presentation" }, group.group) : null,
      ...group.rows.map((row) => h("li.option", { role: "option", id: uid("option"), "aria-selected": String(chosen.some((one) => one.key === row.key)),
        onmousedown: (event) => event.preventDefault(), onclick: () => pick(row) }, h("span", {}, row.text), row.note ? h("small", {}, row.note) : null)),
    ]).filter(Boolean));
    show();
    move(0);
    return undefined;
  }

  function move(to) {
    const options = [...list.querySelectorAll(".option")];
    if (!options.length) return;
    options[active]?.classList.remove("active");
    active = (to + options.length) % options.length;
    options[active].classList.add("active");
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  }

  async function search(typed, wait) {
    clearTimeout(timer);
    const mine = ++turn;
    if (typed.length < (set.least || 0)) {
      note(typed || set.least > 1 ? `Type at least ${set.least} characters` : "Type to search");
      return;
    }
    if (wait) {
      note("Loading…");
      await new Promise((done) => (timer = setTimeout(done, wait)));
      if (mine !== turn) return;
    }
    const groups = await set.find(typed);
    if (mine !== turn || document.activeElement !== input) return;
    if (groups) fillList(groups);
    else note("Could not load results");
  }

  const open = () => list.hidden && search(set.many ? input.value : "", set.remote ? 1 : 0);
  input.addEventListener("input", () => {
    if (!set.many && !input.value && chosen.length) {
      chosen = [];
      set.onchange([]);
    }
    search(input.value.trim(), set.remote ? 250 : 0);
  });
  input.addEventListener("click", open);
  input.addEventListener("blur", () => setTimeout(() => {
    if (document.activeElement === input) return;
    close();
    draw();
    if (set.many) input.value = "";
  }, 120));
  input.addEventListener("focus", () => !set.many && input.select());
  box.addEventListener("click", () => input.focus());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      if (list.hidden) open();
      else move(active + 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      move(active - 1);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      pick(rows[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && set.many && !input.value && chosen.length) drop(chosen.at(-1));
    else if (event.key === "Tab" && !list.hidden) close();
  });
  draw();
  return holder;
}
