// An answer, or the whole conversation, as plain text to keep.

import { choicesIn, clauseUrl, closeOf, leadOf, quotedIn, relatedIn, sentenceOf } from "./reply-parts.js";
import type { Citation, DocumentReference, Reply, Turn } from "./types.js";
import { longDate, word } from "./words.js";

/** The quotations with where they stand, ready to be pasted into a letter. */
export function citationText(citations: readonly Citation[]): string {
  return citations
    .map((citation) => {
      const { document, measure, clause_id } = citation;
      const place = word("citation_text", {
        title: document.title,
        number: document.number,
        date: longDate(document.date),
        measure,
        sentence: sentenceOf(citation),
      });
      return `“${citation.quote}”\n——${place}\n${location.origin}${clauseUrl(clause_id)}`;
    })
    .join("\n\n");
}

/** What copying an answer gives: the quotations if there are any, else its words. */
export function answerText(reply: Reply): string {
  return citationText(quotedIn(reply)) || reply.messages.map(({ text }) => text).join("\n");
}

export function conversationText(turns: readonly Turn[], document: DocumentReference): string {
  const head = [word("title"), word("notice"), `${document.title}（${document.number}）`, new Date().toLocaleString()];
  return [head.join("\n"), ...turns.map(turnText)].join("\n\n――――\n\n") + "\n";
}

function turnText({ text, reply }: Turn): string {
  const question = `${word("you")}${text}`;
  if (!reply) return `${question}\n\n${word("unanswered")}`;
  const said = [...leadOf(reply), ...closeOf(reply)].map((message) => message.text).join("\n");
  const explained = quotedIn(reply)
    .flatMap(({ clause_id, explanation }) => (explanation ? [`${clause_id} ${explanation.label}: ${explanation.text}`] : []))
    .join("\n");
  const choices = choicesIn(reply).map(({ title }) => `· ${title}`).join("\n");
  const related = relatedIn(reply);
  return [
    question,
    word("assistant") + said,
    citationText(quotedIn(reply)),
    explained,
    choices,
    related.length ? `${word("related")}\n${citationText(related)}` : "",
    word("receipt", { turn: reply.turn_id, index: reply.receipt?.index_version ?? "" }),
  ]
    .filter(Boolean)
    .join("\n\n");
}
