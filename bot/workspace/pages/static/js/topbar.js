// The bar at the top: who you are, the candidate's mailbox, the clock, and what runs behind.

import { openAts } from "./ats.js";
import { drawClock } from "./clock.js";
import { openDeliveries } from "./deliveries.js";
import { avatar, h, icon } from "./dom.js";
import { me, people, state } from "./state.js";
import { openTour } from "./tour.js";

const FIRST_MAILBOX = "ada.lovelace@mailbox.example";

export function drawTopbar() {
  const boxes = state.boot.mailboxes || [];
  const box = boxes.includes(FIRST_MAILBOX) || !boxes.length ? FIRST_MAILBOX : boxes[0];
  const button = (name, run) => h("button.top-button", { type: "button", onclick: () => run(true) }, name);
  document.getElementById("topbar").replaceChildren(
    persona(),
    drawClock(),
    h("div.top-tools", {},
      h("a.top-button", { href: `/mail?address=${encodeURIComponent(box)}`, target: "_blank" }, "Candidate’s mailbox"),
      button("What the ATS shows", openAts), button("Requests to the app", openDeliveries), button("Try this", openTour)));
}

function persona() {
  const menu = h("ul.pop.people", { role: "menu", hidden: true, "aria-label": "People" });
  const named = (user) => [user.real_name || user.name, user.title].filter(Boolean).join(" · ");
  const trigger = h("button.top-button.persona", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, h("span.you", {}, "You are: "), h("span", {}, named(me())), icon("down", 14));
  menu.append(...people().map((user) => h("li", { role: "none" }, h("a", { role: "menuitem", tabindex: -1, href: address(user), "aria-current": user.id === state.as ? "true" : null }, avatar(user, 24), h("span", {}, named(user))))));
  const items = () => [...menu.querySelectorAll("a")];
  const toggle = (open) => {
    if (open) people().forEach((user, index) => items()[index].setAttribute("href", address(user)));
    menu.hidden = !open;
    trigger.setAttribute("aria-expanded", String(open));
    if (open) (menu.querySelector("[aria-current]") || items()[0])?.focus();
  };
  trigger.addEventListener("click", () => toggle(menu.hidden));
  menu.addEventListener("keydown", (event) => {
    const at = items().indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items()[(at + step + items().length) % items().length].focus();
    } else if (event.key === "Escape") {
      toggle(false);
      trigger.focus();
    }
  });
  const holder = h("div.pop-holder", {}, trigger, menu);
  document.addEventListener("click", (event) => !holder.contains(event.target) && !menu.hidden && toggle(false));
  return holder;
}

// A shared channel stays open across people; a direct message does not.
function address(user) {
  const room = state.channels.get(state.channel);
  return `/?as=${encodeURIComponent(user.id)}${room && !room.is_im ? `#${room.id}` : ""}`;
}
