// The demo clock: shows the workspace's time and moves it forward.

import { post } from "./api.js";
import { h, icon, uid } from "./dom.js";
import { emit, now, setClock, state, zone } from "./state.js";
import { moment, unix, wall } from "./times.js";
import { refused } from "./toast.js";

let face = null;

export function drawClock() {
  const boxId = uid("clock");
  const words = h("span.clock-words", {}, "");
  face = words;
  const trigger = h("button.top-button.clock", { type: "button", "aria-expanded": "false", "aria-controls": boxId }, icon("clock", 16), h("span", {}, "Demo clock: ", words));
  const input = h("input.field", { type: "datetime-local", "aria-label": "Set the clock to" });
  const by = (seconds, name) => h("button.button", { type: "button", onclick: () => move({ by: seconds }) }, name);
  const set = h("button.button.primary", { type: "button", onclick: () => input.value && move({ at: new Date(unix(input.value) * 1000).toISOString() }) }, "Set");
  const box = h("div.pop", { id: boxId, hidden: true, role: "group", "aria-label": "Demo clock" },
    h("p", {}, `Everybody’s time, shown for ${zone()}.`), h("div.pop-row", {}, by(900, "+15 min"), by(3600, "+1 h"), by(86400, "+1 day"), by(604800, "+1 week")), h("div.pop-row", {}, input, set));
  const toggle = (open) => {
    box.hidden = !open;
    trigger.setAttribute("aria-expanded", String(open));
    if (open) input.value = wall(now().getTime() / 1000);
  };
  trigger.addEventListener("click", () => toggle(box.hidden));
  const holder = h("div.pop-holder", {}, trigger, box);
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || box.hidden) return;
    toggle(false);
    trigger.focus();
  });
  document.addEventListener("click", (event) => !holder.contains(event.target) && toggle(false));
  tick();
  return holder;
}

async function move(how) {
  const answer = await post("clock", how);
  if (answer.ok === false) return refused(answer, "Moving the clock");
  setClock(answer.now_iso || answer.clock?.now_iso);
  tick();
  return emit("clock");
}

export function tick() {
  if (face && state.boot) face.textContent = moment(now());
}

setInterval(tick, 10_000);
