// The HTTP contract as functions; every failure is a TurnError whose kind has words.

import type { Language, Measure, Reply, Suggestion, TurnBody } from "./types.js";

const TIMEOUT_MS = 20_000;
const KIND_OF_STATUS: Record<number, FailureKind> = { 429: "busy", 502: "unavailable", 503: "unavailable", 504: "unavailable" };
const WORTH_A_RETRY = new Set([408, 429]);

export type FailureKind = "offline" | "unreachable" | "timeout" | "busy" | "unavailable" | "unexpected" | "rejected";

export class TurnError extends Error {
  constructor(
    readonly kind: FailureKind,
    /** The server's own words, where it has some. */
    message = "",
    /** Seconds to wait, 0 if the server did not say. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** Sends one turn; the same `client_turn_id` may be sent again and is answered once. Throws TurnError. */
export async function sendTurn(
  turn: TurnBody & { session_id: string; client_turn_id: string; language: Language | "auto" },
): Promise<Reply> {
  return post<Reply>("/api/chat", turn);
}

export async function sendFeedback(feedback: {
  session_id: string;
  turn_id: string;
  helpful: boolean;
  reason?: string;
}): Promise<void> {
  await post("/api/feedback", feedback);
}

export async function sendRating(rating: { session_id: string; stars: number; comment?: string }): Promise<void> {
  await post("/api/rating", rating);
}

export async function fetchMeasure(number: number): Promise<Measure> {
  return read<Measure>(await reach(`/api/measures/${number}`));
}

export async function fetchSuggestions(text: string, language: Language, signal: AbortSignal): Promise<Suggestion[]> {
  const query = new URLSearchParams({ q: text, language });
  const found = await read<{ suggestions: Suggestion[] }>(await reach(`/api/suggestions?${query}`, { signal }));
  return found.suggestions;
}

async function post<Body>(url: string, body: unknown): Promise<Body> {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return read<Body>(await reach(url, options));
}

async function reach(url: string, options: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), ...options });
  } catch (error) {
    throw lost(error);
  }
}

async function read<Body>(response: Response): Promise<Body> {
  const body = (await response.json().catch(lostOnTheWay)) as (Body & { error?: { message?: string } }) | null;
  if (response.ok && body) return body;
  const { status } = response;
  const isFinal = status >= 400 && status < 500 && !WORTH_A_RETRY.has(status);
  const kind = KIND_OF_STATUS[status] ?? (isFinal ? "rejected" : "unexpected");
  throw new TurnError(kind, body?.error?.message, Number(response.headers.get("Retry-After")) || 0);
}

/** A body that breaks off is a lost connection; one that is no JSON is the server's fault. */
function lostOnTheWay(error: unknown): null {
  if (error instanceof SyntaxError) return null;
  throw lost(error);
}

function lost(error: unknown): TurnError {
  if (error instanceof DOMException && error.name === "TimeoutError") return new TurnError("timeout");
  return new TurnError(navigator.onLine ? "unreachable" : "offline");
}
