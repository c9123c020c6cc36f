import { html, nothing, type TemplateResult } from "lit-html";
import type { Turn } from "../types.js";
import { word } from "../words.js";

/** What the visitor asked; `isGivenUp` once another question was asked instead of a reply. */
export function question(turn: Turn, isGivenUp: boolean): TemplateResult {
  return html`<p class="asked"><span class="unseen">${word("you")}</span>${turn.text}</p>
    ${isGivenUp ? html`<p class="unanswered">${word("unanswered")}</p>` : nothing}`;
}
