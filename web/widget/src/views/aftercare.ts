// What can be done with an answer: judge it, take it along, or go on to a person; and the number to refer to it by.

import { html, nothing, type TemplateResult } from "lit-html";
import { quotedIn } from "../reply-parts.js";
import type { Outcome, Reply, Turn } from "../types.js";
import { word } from "../words.js";
import { icon } from "./icons.js";

const REASONS = ["beside_the_point", "not_clear", "incomplete", "not_for_me"] as const;
const WORTH_JUDGING = new Set<Outcome>(["answer", "no_detail", "clarify", "match", "abstain"]);

export interface AnswerState {
  canRead: boolean;
  isReading: boolean;
  hotline: string;
  /** Whether the reason of a "not useful" has been sent. */
  hasGivenReason: boolean;
}

export interface AnswerActions {
  judge(helpful: boolean, reason?: string): void;
  copy(): void;
  print(): void;
  read(): void;
  askForPerson(): void;
}

export function aftercare(turn: Turn, reply: Reply, state: AnswerState, actions: AnswerActions): TemplateResult {
  return html`<div class="aftercare" aria-live="off">
    <div class="deeds">
      ${WORTH_JUDGING.has(reply.outcome) ? judgement(turn, actions) : nothing}
      ${quotedIn(reply).length
        ? html`${deed("copy", "copy", actions.copy)} ${deed("print", "print", actions.print)}`
        : nothing}
      ${state.canRead ? deed("sound", state.isReading ? "stop_reading" : "read", actions.read) : nothing}
    </div>
    ${turn.helpful === false && !state.hasGivenReason ? reasonForm(actions) : nothing}
    <div class="deeds">
      ${reply.outcome === "handoff" ? nothing : deed("person", "human", actions.askForPerson)}
      <a class="deed" href="tel:${state.hotline}">${icon("phone")}<span>${word("call", { hotline: state.hotline })}</span></a>
    </div>
    <p class="receipt">${word("receipt", { turn: reply.turn_id, index: reply.receipt?.index_version ?? "" })}</p>
  </div>`;
}

function judgement(turn: Turn, actions: AnswerActions): TemplateResult {
  return html`<div class="judgement" role="group" aria-label=${word("judge")}>
    <button type="button" class="deed" data-helpful="true" aria-pressed=${turn.helpful === true} @click=${() => actions.judge(true)}>${icon("yes")}<span>${word("useful")}</span></button>
    <button type="button" class="deed" data-helpful="false" aria-pressed=${turn.helpful === false} @click=${() => actions.judge(false)}>${icon("no")}<span>${word("not_useful")}</span></button>
  </div>`;
}

function reasonForm(actions: AnswerActions): TemplateResult {
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const words = new FormData(event.target as HTMLFormElement);
    actions.judge(false, words.getAll("reason").map(String).filter((reason) => reason.trim()).join("；"));
  };
  return html`<form class="reason" @submit=${send}>
    <fieldset>
      <legend>${word("reason_title")}</legend>
      ${REASONS.map((reason) => html`<label class="chip"><input type="checkbox" name="reason" .value=${word(`reason_${reason}`)} /><span>${word(`reason_${reason}`)}</span></label>`)}
    </fieldset>
    <label class="own"><span>${word("reason_own")}</span><textarea name="reason" rows="2" maxlength="500"></textarea></label>
    <button type="submit">${word("reason_send")}</button>
  </form>`;
}

function deed(name: Parameters<typeof icon>[0], words: string, act: () => void): TemplateResult {
  return html`<button type="button" class="deed" data-deed=${words} @click=${act}>${icon(name)}<span>${word(words)}</span></button>`;
}
