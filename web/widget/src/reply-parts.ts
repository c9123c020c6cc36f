// The parts of a reply in the order in which a visitor should meet them.

import type { Choice, Citation, Message, Outcome, Reply } from "./types.js";

const QUOTING = new Set<Outcome>(["answer", "no_detail", "match"]);

/** The citations that answer; all others are related. */
export function quotedIn(reply: Reply): Citation[] {
  return QUOTING.has(reply.outcome) ? reply.citations.slice(0, reply.quoted ?? 1) : [];
}

export function relatedIn(reply: Reply): Citation[] {
  return reply.citations.slice(quotedIn(reply).length);
}

/** What is said before the quotations: everything but a question that follows an answer. */
export function leadOf(reply: Reply): Message[] {
  return reply.messages.filter((message, index) => index === 0 || !message.choices?.length);
}

/** What is asked after them, such as the matching's next question. */
export function closeOf(reply: Reply): Message[] {
  return reply.messages.filter((message, index) => index > 0 && message.choices?.length);
}

export function choicesIn(reply: Reply): Choice[] {
  return reply.messages.flatMap((message) => message.choices ?? []);
}

/** `2.4` is the fourth sentence of its measure. */
export function sentenceOf(citation: Citation): string {
  return citation.clause_id.split(".")[1] ?? "";
}

export function clauseUrl(clauseId: string): string {
  return `/document/${encodeURIComponent(clauseId)}`;
}
