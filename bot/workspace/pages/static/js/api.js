// Talks to the workspace server as one person. Everything a page knows comes through here.

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    return { ok: false, error: "unreachable", message: "The workspace server does not answer. Is it still running?" };
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) return { ok: false, error: body.error || `http_${answer.status}`, ...body };
  return body;
}

export function get(path, query = {}) {
  const found = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null));
  return call(`/client/${path}${[...found].length ? `?${found}` : ""}`);
}

export function post(path, body) {
  return call(`/client/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Listen for live events. `onback` runs after the connection was lost and came back. */
export function listen(query, onevent, onback) {
  const source = new EventSource(`/client/events?${new URLSearchParams(query)}`);
  let lost = false;
  source.onopen = () => {
    document.documentElement.classList.remove("offline");
    if (lost) onback();
    lost = false;
  };
  source.onerror = () => {
    lost = true;
    document.documentElement.classList.add("offline");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(query, onevent, onback) && onback(), 1500);
  };
  source.onmessage = (event) => {
    let found;
    try {
      found = JSON.parse(event.data);
    } catch {
      return;
    }
    onevent(found);
  };
  return source;
}
