// The sidebar: channels, direct messages, the app; unread ones are bold with a count.

import { avatar, h, icon } from "./dom.js";
import { emit, isApp, label, me, people, state, title } from "./state.js";

export function drawSidebar() {
  const all = [...state.channels.values()];
  const rooms = all.filter((one) => !one.is_im).sort((a, b) => a.name.localeCompare(b.name));
  const direct = all.filter((one) => one.is_im && !isApp(one));
  const apps = all.filter(isApp);
  const app = state.boot.app || {};
  const appRows = apps.length ? apps.map(row) : app.bot_user ? [pseudo({ id: app.bot_user, is_bot: true, name: app.name, real_name: app.name })] : [];
  const team = state.boot.team?.name || state.boot.team || "Workspace";
  document.getElementById("sidebar").replaceChildren(
    h("div.team", {}, h("strong", {}, String(team)), h("button.plain.fold", { type: "button", "aria-label": "Hide sidebar", onclick: () => fold(false) }, icon("close"))),
    group("Channels", rooms.map(row)),
    group("Direct messages", [...direct.map(row), ...directory(direct)]),
    group("Apps", appRows),
  );
}

const group = (name, rows) => (rows.length ? h("section", {}, h("h2", {}, name), h("ul", {}, rows)) : null);

function row(channel) {
  const here = channel.id === state.channel;
  const unread = here ? 0 : channel.unread || 0;
  const mark = channel.is_im ? avatar(state.users.get(channel.user), 20) : channel.is_private ? icon("lock", 14) : h("span.hash", { "aria-hidden": "true" }, "#");
  return h("li", {}, h("button.row", { type: "button", class: unread ? "unread" : "", "aria-current": here ? "page" : null, onclick: () => choose(channel.id) },
    mark, h("span.row-name", {}, title(channel)), unread ? h("span.count", { "aria-label": `${unread} unread` }, String(unread)) : null));
}

// Colleagues one has not written to yet are listed too, but greyed: Slack would hide them.
function directory(direct) {
  const had = new Set(direct.map((channel) => channel.user));
  return people().filter((user) => user.id !== me().id && !had.has(user.id)).map((user) => h("li.person", {}, avatar(user, 20), h("span.row-name", {}, user.real_name || user.name), h("small", {}, user.title || "")));
}

// The app before its first message: opening it starts with the Home tab.
const pseudo = (user) => h("li", {}, h("button.row", { type: "button", "aria-current": state.channel === "app" ? "page" : null, onclick: () => emit("open-app") }, avatar(user, 20), h("span.row-name", {}, user.real_name)));

export function choose(id, tab = "messages") {
  state.channel = id;
  state.tab = tab;
  const channel = state.channels.get(id);
  if (channel) channel.unread = 0;
  history.replaceState(null, "", `${location.pathname}${location.search}#${id}`);
  document.title = `${label(channel) || state.boot.app?.name || ""} – ${state.boot.team?.name || "Workspace"}`;
  fold(false);
  emit("channel");
}

export function fold(open) {
  document.body.classList.toggle("sidebar-open", open);
}

