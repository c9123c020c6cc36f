import { html, nothing, type TemplateResult } from "lit-html";
import { word } from "../words.js";

export interface Failure {
  text: string;
  canRetry: boolean;
  /** Seconds until a retry makes sense. */
  wait: number;
}

/**
 * What went wrong. The alert is always there, so that its new text is announced; the countdown is beside it, or
 * every second would be read out.
 */
export function failure(failed: Failure | null, retry: () => void): TemplateResult {
  return html`<div id="failure" class=${failed ? "failure" : nothing}>
    <p role="alert">${failed?.text ?? nothing}</p>
    ${failed?.canRetry
      ? html`<button type="button" id="retry" ?disabled=${failed.wait > 0} @click=${retry}>${failed.wait > 0 ? word("retry_in", { seconds: failed.wait }) : word("retry")}</button>`
      : nothing}
  </div>`;
}
