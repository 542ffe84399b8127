// Interactive elements: which control stands for which Block Kit element, and what it reports.

import { confirm } from "./confirm.js";
import { h, icon, place, uid } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { field } from "./inputs.js";
import { select } from "./selects.js";

/** Draw one element. `ctx`: {surface, block, label, id, describe, input} where surface acts and keeps values. */
export function element(el, ctx) {
  if (el.type === "button" || el.type === "workflow_button") return button(el, ctx);
  if (el.type === "overflow") return overflow(el, ctx);
  if (el.type === "image") return h("img.accessory", { src: el.image_url, alt: el.alt_text || "" });
  if (el.type.includes("select")) return select(el, bound(el, ctx));
  if (el.type === "checkboxes" || el.type === "radio_buttons") return choices(el, bound(el, ctx));
  return field(el, bound(el, ctx));
}

/** The context with this element's own value and reporting. */
function bound(el, ctx) {
  const { surface, block } = ctx;
  const report = async (value, control) => {
    if (ctx.input && !block.dispatch_action) return;
    if (el.confirm && !(await confirm(el.confirm))) return;
    control?.setAttribute("aria-busy", "true");
    await surface.act(block, el, value);
    control?.removeAttribute("aria-busy");
  };
  return {
    ...ctx,
    id: ctx.id || uid("field"),
    name: ctx.label || plain(el.placeholder?.text) || el.action_id,
    start(value) {
      const had = surface.form.get(block.block_id, el.action_id);
      if (had?.type === el.type) return had;
      surface.form.set(block.block_id, el.action_id, { type: el.type, ...value });
      return surface.form.get(block.block_id, el.action_id);
    },
    keep: (value) => surface.form.set(block.block_id, el.action_id, { type: el.type, ...value }),
    change(value, control) {
      surface.form.set(block.block_id, el.action_id, { type: el.type, ...value });
      surface.touched?.(block.block_id);
      return report(value, control);
    },
    report,
  };
}

function button(el, { surface, block }) {
  const style = ["primary", "danger"].includes(el.style) ? el.style : "default";
  const press = async (event) => {
    const node = event.currentTarget;
    if (node.getAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    if (el.confirm) {
      event.preventDefault();
      if (!(await confirm(el.confirm))) return;
      if (el.url) open(el.url, "_blank", "noopener");
    }
    node.setAttribute("aria-busy", "true");
    const answer = await surface.act(block, el, { value: el.value });
    node.removeAttribute("aria-busy");
    node.classList.toggle("failed", !answer.ok && !el.url);
  };
  const safe = el.url && /^https?:/i.test(el.url);
  const inner = h("span.button-text", {}, plain(el.text?.text, el.text?.emoji !== false));
  const shared = { class: style, "aria-label": el.accessibility_label || null, onclick: press, "data-action": el.action_id };
  if (safe) return h("a.button", { ...shared, href: el.url, target: "_blank", rel: "noopener noreferrer", role: "button" }, inner);
  return h("button.button", { ...shared, type: "button" }, inner);
}

function overflow(el, { surface, block }) {
  const menu = h("ul.menu", { role: "menu", hidden: true });
  const trigger = h("button.button.overflow", { type: "button", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  const close = (focus) => {
    menu.hidden = true;
    trigger.setAttribute("aria-expanded", "false");
    if (focus) trigger.focus();
  };
  const choose = async (option) => {
    close(true);
    if (!(await confirm(el.confirm))) return;
    if (option.url && /^https?:/i.test(option.url)) open(option.url, "_blank", "noopener");
    trigger.setAttribute("aria-busy", "true");
    await surface.act(block, el, { selected_option: option });
    trigger.removeAttribute("aria-busy");
  };
  menu.append(...el.options.map((option) => h("li", { role: "none" }, h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: () => choose(option) }, plain(option.text.text)))));
  const items = () => [...menu.querySelectorAll("[role=menuitem]")];
  trigger.addEventListener("click", () => {
    if (!menu.hidden) return close(true);
    menu.hidden = false;
    trigger.setAttribute("aria-expanded", "true");
    place(menu, trigger, { right: true });
    return items()[0]?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const at = items().indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items().length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items().at(to % items().length)?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  });
  const holder = h("span.overflow-holder", {}, trigger, menu);
  holder.addEventListener("focusout", (event) => !holder.contains(event.relatedTarget) && close(false));
  return holder;
}

function choices(el, ctx) {
  const many = el.type === "checkboxes";
  const slot = many ? "selected_options" : "selected_option";
  const had = ctx.start({ [slot]: many ? el.initial_options || [] : el.initial_option || null })[slot];
  let chosen = new Set((many ? had : [had]).filter(Boolean).map((option) => option.value));
  const group = uid("group");
  const box = h("div.choices", { role: ctx.input ? null : many ? "group" : "radiogroup", "aria-label": ctx.input ? null : ctx.name });
  box.append(...el.options.map((option) => {
    const id = uid("choice");
    const input = h("input", { id, type: many ? "checkbox" : "radio", name: group, checked: chosen.has(option.value) });
    input.addEventListener("change", () => {
      if (!many) chosen = new Set([option.value]);
      else if (input.checked) chosen.add(option.value);
      else chosen.delete(option.value);
      const picked = el.options.filter((one) => chosen.has(one.value));
      ctx.change({ [slot]: many ? picked : picked[0] || null }, box);
    });
    return h("div.choice", {}, input, h("label", { for: id }, ctx.text(option.text), option.description ? h("small", {}, ctx.text(option.description)) : null));
  }));
  return box;
}
