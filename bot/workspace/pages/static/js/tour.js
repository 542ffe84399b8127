// "Try this": the story in six steps, with the command ready to be sent.

import { insert } from "./composer.js";
import { h } from "./dom.js";
import { openPanel } from "./panel.js";
import { me, state } from "./state.js";
import { choose } from "./sidebar.js";

function steps(root) {
  return [
    ["Find somebody", "Ada is known to two systems at once. Her card shows both.", `/${root} find ada`],
    ["Schedule", "Press Schedule on her card. Book a time yourself, or send her a link and pick in her mailbox.", `/${root} schedule ada`],
    ["Schedule a whole loop", "Three interviews at once: book one of the ways to hold them, or have her choose. Then a no opens the swap board.", `/${root} schedule amara`],
    ["Collect feedback", "Move the demo clock past the interview, then switch to the interviewer: a form is waiting in their messages from the app.", null],
    ["Write to her", "Choose a template and read it with her facts before it goes out.", `/${root} message ada`],
    ["Make an offer", "Then switch to Maya, approve it in her messages, and open the link in Ada’s mailbox to sign.", `/${root} offer ada`],
  ];
}

const HINTS = {
  recruiter: "You are the recruiter: start with the first step.",
  "hiring manager": "You are the hiring manager: approvals arrive in your messages from the app.",
  interviewer: "You are an interviewer: scorecards arrive in your messages from the app after an interview.",
};

export function openTour(focus = false) {
  const root = (state.boot.commands || []).some((one) => one.command === "/hire") ? "hire" : (state.boot.commands?.[0]?.command || "/hire").slice(1);
  const role = (me().title || "").toLowerCase();
  const hint = Object.entries(HINTS).find(([word]) => role.includes(word))?.[1] || "Switch to the recruiter at the top to follow the whole story.";
  const use = (command) => {
    if (!insert(command)) {
      const room = [...state.channels.values()].find((one) => one.name === "hiring") || [...state.channels.values()].find((one) => !one.is_im);
      if (room) choose(room.id);
      insert(command);
    }
  };
  openPanel("tour", "Try this", [
    h("p.panel-note", {}, hint),
    h("ol.steps", {}, steps(root).map(([name, words, command], index) => h("li", {}, h("strong", {}, name), h("p", {}, words),
      command ? h("div.try", {}, h("code", {}, command), h("button.button", { type: "button", title: "Put the command into the composer", onclick: () => use(command) }, `Try step ${index + 1}`)) : null))),
    h("p.panel-note", {}, "Everything runs on this machine. Nothing leaves it."),
  ], { focus });
}

export const wanted = () => localStorage.getItem("tour") !== "closed" && innerWidth > 1000;
