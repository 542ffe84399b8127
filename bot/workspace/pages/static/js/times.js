// Dates and times in the reader's zone.

import { now, zone } from "./state.js";

const cache = new Map();

function form(options, tz = zone()) {
  const key = tz + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: tz, ...options }));
  return cache.get(key);
}

export const day = (date) => form({ year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
export const clockTime = (date) => form({ hour: "2-digit", minute: "2-digit" }).format(date);
export const moment = (date, tz) => form({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, tz).format(date).replace(",", "");
export const ofTs = (ts) => new Date(Number(String(ts).split(".")[0]) * 1000);

function pretty(date, otherwise) {
  for (const [days, word] of [[0, "Today"], [1, "Yesterday"], [-1, "Tomorrow"]]) {
    if (day(date) === day(new Date(now().getTime() - days * 864e5))) return word;
  }
  return otherwise;
}

const long = (date) => form({ weekday: "long", month: "long", day: "numeric", year: "numeric" }).format(date);
const plain = (date) => form({ month: "long", day: "numeric", year: "numeric" }).format(date);
const short = (date) => form({ month: "short", day: "numeric", year: "numeric" }).format(date);

export const divider = (date) => pretty(date, form({ weekday: "long", day: "numeric", month: "long" }).format(date));

const PARTS = {
  date_num: (date) => day(date).split("/").reverse().join("-"),
  date: plain,
  date_short: short,
  date_long: long,
  date_pretty: (date) => pretty(date, plain(date)),
  date_short_pretty: (date) => pretty(date, short(date)),
  date_long_pretty: (date) => pretty(date, long(date)),
  day_divider_pretty: (date) => pretty(date, long(date)),
  time: clockTime,
  time_secs: (date) => form({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(date),
  ago: (date) => ago(date),
};

export function ago(date) {
  const seconds = Math.round((date - now()) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

/** Fill Slack's `<!date^…>` pattern, e.g. "{date_short_pretty} at {time}". */
export function fill(pattern, seconds) {
  const date = new Date(seconds * 1000);
  return pattern.replace(/\{(\w+)\}/g, (all, name) => (PARTS[name] ? PARTS[name](date) : all));
}

/** "2026-11-25T09:30" on the reader's wall clock → Unix seconds; the reverse is `wall`. */
export function unix(text) {
  const wanted = Date.parse(`${text}:00Z`);
  let guess = wanted;
  for (let turn = 0; turn < 3; turn++) guess += wanted - Date.parse(`${wall(guess / 1000)}:00Z`);
  return Math.round(guess / 1000);
}

export function wall(seconds) {
  const parts = Object.fromEntries(
    form({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(new Date(seconds * 1000)).map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}
