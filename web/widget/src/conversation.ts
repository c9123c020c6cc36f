// The conversation as it is kept: our own session id and the turns, each with its reply once it came.

import { forget, keep, recall } from "./store.js";
import type { Turn } from "./types.js";

const KEY = "conversation";
// The server keeps everything; here only what somebody may still scroll to, so that storage never fills up.
const MOST_KEPT = 50;

export interface Conversation {
  session_id: string;
  turns: Turn[];
}

/** An unguessable id; crypto.randomUUID is missing on plain http. */
export function makeId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function loadConversation(): Conversation {
  const stored = recall(KEY) as Partial<Conversation> | null;
  if (stored && typeof stored.session_id === "string" && Array.isArray(stored.turns) && stored.turns.every(isTurn)) {
    return { session_id: stored.session_id, turns: stored.turns };
  }
  // Our own id from the first turn on, or a retry of that turn would open a second session.
  return { session_id: makeId(), turns: [] };
}

export function keepConversation(conversation: Conversation): void {
  keep(KEY, { ...conversation, turns: conversation.turns.slice(-MOST_KEPT) });
}

export function forgetConversation(): void {
  forget(KEY);
}

function isTurn(value: unknown): value is Turn {
  if (typeof value !== "object" || value === null) return false;
  const { id, text, body, reply } = value as Partial<Turn>;
  if (typeof id !== "string" || typeof text !== "string" || typeof body !== "object" || body === null) return false;
  return reply === null || (Array.isArray(reply?.messages) && Array.isArray(reply.citations));
}
