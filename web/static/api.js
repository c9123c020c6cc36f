// The HTTP contract as two functions; every failure is a TurnError with a kind that has words in the page.

const TURN_TIMEOUT_MS = 20_000;
const KIND_OF_STATUS = { 429: "busy", 502: "unavailable", 503: "unavailable", 504: "unavailable" };
const WORTH_A_RETRY = new Set([408, 429]);

export class TurnError extends Error {
  constructor(kind, { message = "", retryAfter = 0, retriable = true } = {}) {
    super(message);
    Object.assign(this, { kind, retryAfter, retriable });
  }
}

/** Sends one turn and returns the reply. Throws TurnError; the same client_turn_id may be sent again. */
export async function sendTurn(turn) {
  const response = await reach("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(turn),
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  const retriable = response.status < 400 || response.status >= 500 || WORTH_A_RETRY.has(response.status);
  throw new TurnError(KIND_OF_STATUS[response.status] ?? (retriable ? "unexpected" : "rejected"), {
    message: body?.error?.message ?? "",
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
    retriable,
  });
}

/** Fetches a measure with its clauses. */
export async function fetchMeasure(number) {
  const response = await reach(`/api/measures/${number}`);
  if (!response.ok) throw new TurnError("unexpected");
  return response.json();
}

async function reach(url, options) {
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(TURN_TIMEOUT_MS) });
  } catch (error) {
    if (error.name === "TimeoutError") throw new TurnError("timeout");
    throw new TurnError(navigator.onLine ? "unreachable" : "offline");
  }
}
