// What the window knows: who is looking, people, channels, the clock. Nothing here draws.

import { get } from "./api.js";

const FIRST_PERSON = "U0ROSA001";

export const state = {
  as: new URLSearchParams(location.search).get("as") || FIRST_PERSON,
  boot: null,
  users: new Map(),
  channels: new Map(),
  channel: "",
  tab: "messages",
  thread: "",
  skew: 0,
};

const listeners = new Map();

export function on(name, run) {
  listeners.set(name, [...(listeners.get(name) || []), run]);
}

export function emit(name, detail) {
  for (const run of listeners.get(name) || []) run(detail);
}

export async function load() {
  const boot = await get("boot", { as: state.as || undefined });
  if (!boot.users) return false;
  const unread = new Map([...state.channels.values()].map((channel) => [channel.id, channel.unread]));
  state.boot = boot;
  state.users = new Map(boot.users.map((user) => [user.id, user]));
  state.channels = new Map(boot.channels.map((channel) => [channel.id, channel]));
  for (const [id, many] of unread) if (state.channels.has(id)) state.channels.get(id).unread = Math.max(many || 0, 0);
  state.as = (typeof boot.me === "string" ? boot.me : boot.me?.id) || state.as || people()[0]?.id;
  setClock(boot.clock?.now_iso);
  return true;
}

export const me = () => state.users.get(state.as) || {};
export const people = () => [...state.users.values()].filter((user) => !user.is_bot);
export const zone = () => me().tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
export const now = () => new Date(Date.now() + state.skew);
export const nameOf = (id) => state.users.get(id)?.real_name || state.users.get(id)?.name || id;

export function setClock(iso) {
  if (iso) state.skew = Date.parse(iso) - Date.now();
}

export function isApp(channel) {
  const other = state.users.get(channel?.user);
  return Boolean(channel?.is_im && (other?.is_bot || channel.user === state.boot.app?.bot_user));
}

export function title(channel) {
  if (!channel) return "";
  return channel.is_im ? nameOf(channel.user) : channel.name;
}

export const label = (channel) => (channel?.is_im ? title(channel) : `#${title(channel)}`);
