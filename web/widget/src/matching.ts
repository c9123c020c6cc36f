// Where a conversation stands in the guided matching: read off the replies, so that a reload loses nothing.

import { choicesIn, closeOf } from "./reply-parts.js";
import type { Reply, Turn } from "./types.js";

/** A reply that asks for the visitor's situation, maybe with the best clauses so far. */
export function isStep(reply: Reply): boolean {
  if (!choicesIn(reply).length) return false;
  return isList(reply) || (reply.outcome === "match" && reply.intent?.name !== "stop_match");
}

/** A list of the clauses that fit, each with its reasons. */
export function isList(reply: Reply): boolean {
  return reply.citations.some((citation) => citation.reasons?.length);
}

/**
 * Returns which question of the matching a turn's reply asks, from 1, or 0 if it asks none. Something else answered in
 * between, with the question put again after it, does not count; a list without a question, or leaving, ends it.
 */
export function stepOf(turn: Turn, turns: readonly Turn[]): number {
  if (!turn.reply || !(isStep(turn.reply) || closeOf(turn.reply).length)) return 0;
  let step = 0;
  for (const { reply } of turns.slice(0, turns.indexOf(turn) + 1)) {
    if (!reply) continue;
    if (isStep(reply)) step += 1;
    else if (isList(reply) || reply.outcome === "match") step = 0;
  }
  return step;
}
