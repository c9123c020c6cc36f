// One reply, in the order: what we say, what the document says, what can be chosen next, what else there is.

import { html, nothing, type TemplateResult } from "lit-html";
import { isList, isStep } from "../matching.js";
import { choicesIn, closeOf, leadOf, quotedIn, relatedIn } from "../reply-parts.js";
import type { Choice, Message, Reply, Turn } from "../types.js";
import { word } from "../words.js";
import { aftercare, type AnswerActions, type AnswerState } from "./aftercare.js";
import { quotation, relatedClauses, type CitationContext } from "./citation.js";

const OPEN_OF_A_LIST = 3;

export interface ReplyState extends AnswerState {
  /** Which question of the guided matching it asks; 0 if none. */
  step: number;
}

export interface ReplyActions extends AnswerActions, CitationContext {
  choose(choice: Choice): void;
  leaveMatching(): void;
}

export function replied(turn: Turn, reply: Reply, state: ReplyState, actions: ReplyActions): TemplateResult {
  const related = relatedIn(reply);
  return html`<p class="unseen">${word("assistant")}</p>
    ${tag(reply, state.step)} ${leadOf(reply).map((message) => ownWords(message, reply))} ${quotations(reply, actions)}
    ${reply.checklist
      ? html`<p><a class="checklist" href=${reply.checklist.url} target="_blank" rel="noopener">${reply.checklist.title}</a></p>`
      : nothing}
    ${closeOf(reply).map((message) => ownWords(message, reply))} ${choices(reply, state.step, actions)}
    ${related.length ? relatedClauses(related, actions) : nothing} ${aftercare(turn, reply, state, actions)}`;
}

/** What kind of reply it is, where that is not plain from the reply itself. */
function tag(reply: Reply, step: number): TemplateResult | typeof nothing {
  if (isStep(reply)) return html`<p class="tag">${word("step", { step })}</p>`;
  if (isList(reply)) return html`<p class="tag">${word("label_list")}</p>`;
  if (reply.outcome === "answer" || reply.outcome === "chat") return nothing;
  return html`<p class="tag">${word(`label_${reply.outcome}`)}</p>`;
}

function ownWords({ text }: Message, { language }: Reply): TemplateResult {
  return html`<p class="words" lang=${language}>${text}</p>`;
}

function quotations(reply: Reply, context: CitationContext): TemplateResult | TemplateResult[] {
  const quoted = quotedIn(reply);
  if (!isList(reply)) return quoted.map((citation) => quotation(citation, context, false));
  const [open, folded] = [quoted.slice(0, OPEN_OF_A_LIST), quoted.slice(OPEN_OF_A_LIST)];
  const items = (citations: typeof quoted): TemplateResult[] =>
    citations.map((citation) => html`<li>${quotation(citation, context, true)}</li>`);
  return html`<ol class="list" role="list">${items(open)}</ol>
    ${folded.length
      ? html`<details class="more"><summary>${word("more_of_list", { count: folded.length })}</summary><ol class="list" role="list">${items(folded)}</ol></details>`
      : nothing}`;
}

function choices(reply: Reply, step: number, actions: ReplyActions): TemplateResult | typeof nothing {
  const offered = choicesIn(reply);
  if (!offered.length) return nothing;
  return html`<div class="choices" role="group" aria-label=${word("choices")}>
    ${offered.map((choice) => html`<button type="button" lang=${reply.language} data-choice=${choice.choice_id} @click=${() => actions.choose(choice)}>${choice.title}</button>`)}
    ${step ? html`<button type="button" class="leave" data-leave @click=${actions.leaveMatching}>${word("leave_matching")}</button>` : nothing}
  </div>`;
}
