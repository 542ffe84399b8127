// Starts the workspace window and joins its parts: events in, drawing out.

import { listen, post } from "./api.js";
import { refreshAts } from "./ats.js";
import { tick } from "./clock.js";
import { drawComposer } from "./composer.js";
import { refreshDeliveries } from "./deliveries.js";
import { h } from "./dom.js";
import { drawHead } from "./head.js";
import { openHome, showAbout, showHome } from "./home.js";
import { fetchNow, refresh } from "./messages.js";
import { loadViews, setStack } from "./modal.js";
import { closePanel, panelIs } from "./panel.js";
import { choose, drawSidebar } from "./sidebar.js";
import { load, on, setClock, state } from "./state.js";
import { openThread, refreshThread } from "./thread.js";
import { toast } from "./toast.js";
import { drawTopbar } from "./topbar.js";
import { openTour, wanted } from "./tour.js";

async function start() {
  if (!(await load())) {
    document.getElementById("messages").replaceChildren(h("p.beginning", {}, "The workspace is starting…"));
    setTimeout(start, 1000);
    return;
  }
  drawTopbar();
  const asked = location.hash.slice(1);
  const rooms = [...state.channels.values()];
  const first = state.channels.get(asked) || rooms.find((one) => one.name === "hiring") || rooms[0];
  if (first) choose(first.id);
  else drawSidebar();
  if (wanted()) openTour();
  await loadViews();
  listen({ as: state.as }, onEvent, refetch);
}

on("channel", () => {
  if (panelIs("thread")) closePanel();
  drawSidebar();
  showTab();
});
on("tab", showTab);
on("open-app", () => choose("app", "home"));
on("thread", openThread);
on("clock", () => {
  refreshAts();
  refresh();
});

// What is on the screen is read: whoever comes back as this person later sees only what is new.
let read = "";
on("shown", ({ channel, messages }) => {
  const mark = `${channel} ${messages.at(-1)?.ts}`;
  if (mark === read || !messages.length) return;
  read = mark;
  post("read", { as: state.as, channel });
});

function showTab() {
  drawHead();
  drawComposer();
  if (state.tab === "home") openHome();
  else if (state.tab === "about") showAbout();
  else fetchNow();
}

async function refetch() {
  await load();
  tick();
  drawSidebar();
  refresh();
  loadViews();
  showHome();
  refreshThread();
  refreshDeliveries();
}

const HANDLERS = {
  message: arrived,
  ephemeral: arrived,
  message_changed: changed,
  message_deleted: changed,
  view: (event) => (event.stack ? setStack(event.stack) : loadViews()),
  view_closed: (event) => (event.stack ? setStack(event.stack) : loadViews()),
  home: showHome,
  clock: (event) => {
    setClock(event.now_iso || event.clock?.now_iso);
    tick();
    refresh();
  },
  toast: (event) => toast(event.message || event.text, event.level || "error"),
};

function onEvent(event) {
  HANDLERS[event.type]?.(event);
  refreshDeliveries();
  refreshAts();
}

const channelOf = (event) => event.channel?.id || event.channel || event.message?.channel;

function changed(event) {
  if (!channelOf(event) || channelOf(event) === state.channel) refresh();
  refreshThread();
}

async function arrived(event) {
  const id = channelOf(event);
  const known = state.channels.get(id);
  if (id && !known) {
    await load();
    const fresh = state.channels.get(id);
    if (fresh) fresh.unread = Math.max(1, fresh.unread || 0);
    if (state.channel === "app" && fresh?.user === state.boot.app?.bot_user) {
      choose(id, state.tab);
      return;
    }
  } else if (known && (id !== state.channel || state.tab !== "messages")) {
    const mine = (event.message?.user || event.user) === state.as;
    if (!mine) known.unread = (known.unread || 0) + 1;
  }
  drawSidebar();
  changed(event);
}

start();
