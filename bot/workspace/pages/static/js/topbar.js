// The bar at the top: who you are, the candidate's mailbox, the clock, and what runs behind.

import { openAts } from "./ats.js";
import { drawClock } from "./clock.js";
import { openDeliveries } from "./deliveries.js";
import { h } from "./dom.js";
import { people, state } from "./state.js";
import { openTour } from "./tour.js";

const FIRST_MAILBOX = "ada.lovelace@mailbox.example";

export function drawTopbar() {
  const boxes = state.boot.mailboxes || [];
  const address = boxes.includes(FIRST_MAILBOX) || !boxes.length ? FIRST_MAILBOX : boxes[0];
  const button = (name, run) => h("button.top-button", { type: "button", onclick: () => run(true) }, name);
  document.getElementById("topbar").replaceChildren(
    persona(),
    drawClock(),
    h("div.top-tools", {},
      h("a.top-button", { href: `/mail?address=${encodeURIComponent(address)}`, target: "_blank" }, "Candidate’s mailbox"),
      button("What the ATS shows", openAts), button("Requests to the app", openDeliveries), button("Try this", openTour)));
}

function persona() {
  const select = h("select.persona", { "aria-label": "You are" }, people().map((user) => h("option", { value: user.id }, [user.real_name || user.name, user.title].filter(Boolean).join(" · "))));
  select.value = state.as;
  select.addEventListener("change", () => {
    const room = state.channels.get(state.channel);
    const keep = room && !room.is_im ? `#${room.id}` : "";
    location.assign(`/?as=${encodeURIComponent(select.value)}${keep}`);
  });
  return h("label.you", {}, h("span", { "aria-hidden": "true" }, "You are:"), select);
}
