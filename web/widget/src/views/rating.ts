// The end of a conversation: the five levels of the national 好差评, a comment if one likes, thanks.

import { html, type TemplateResult } from "lit-html";
import { word } from "../words.js";

const LEVELS = [5, 4, 3, 2, 1] as const;

export type RatingStage = "asking" | "sending" | "thanking";

export interface RatingActions {
  rate(stars: number, comment: string): void;
  goOn(): void;
  startOver(): void;
}

export function rating(stage: RatingStage, actions: RatingActions): TemplateResult {
  if (stage === "thanking") {
    return html`<div class="rating" data-stage="thanking">
      <h2 id="rating-title" tabindex="-1">${word("rated")}</h2>
      <div class="deeds">
        <button type="button" class="filled" data-deed="start_over" @click=${actions.startOver}>${word("start_over")}</button>
        <button type="button" data-deed="go_on" @click=${actions.goOn}>${word("go_on")}</button>
      </div>
    </div>`;
  }
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    actions.rate(Number(given.get("stars")), String(given.get("comment") ?? "").trim());
  };
  return html`<form class="rating" data-stage=${stage} @submit=${send}>
    <h2 id="rating-title" tabindex="-1">${word("rate_title")}</h2>
    <fieldset class="levels">
      <legend class="unseen">${word("rate_title")}</legend>
      ${LEVELS.map(
        (stars) =>
          html`<div class="level"><label><input type="radio" name="stars" value=${stars} required /><span>${word(`stars_${stars}`)}</span></label><span class="stars" aria-hidden="true">${"★".repeat(stars)}</span></div>`,
      )}
    </fieldset>
    <label class="own"><span>${word("rate_comment")}</span><textarea name="comment" rows="2" maxlength="500"></textarea></label>
    <div class="deeds">
      <button type="submit" class="filled" ?disabled=${stage === "sending"}>${word("rate_send")}</button>
      <button type="button" data-deed="go_on" @click=${actions.goOn}>${word("go_on")}</button>
    </div>
  </form>`;
}
