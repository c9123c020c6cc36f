// A quotation: a small sheet of the document itself, and set apart from it what is ours.

import { html, nothing, type TemplateResult } from "lit-html";
import { clauseUrl, sentenceOf } from "../reply-parts.js";
import type { Citation, Measure } from "../types.js";
import { longDate, word } from "../words.js";

/** What the whole measure of a citation is at the moment; undefined until its source is opened. */
export type Source = "loading" | "failed" | Measure | undefined;

export interface CitationContext {
  sourceOf(citation: Citation): Source;
  openSource(citation: Citation): void;
}

export function quotation(citation: Citation, context: CitationContext, isListed: boolean): TemplateResult {
  return html`<figure class="quote" data-clause=${citation.clause_id}>
    <blockquote lang="zh-Hans" cite=${clauseUrl(citation.clause_id)}>${citation.quote}</blockquote>
    <figcaption>
      ${place(citation)}
      <p class="origin"><span lang="zh-Hans">${citation.document.number}</span><span class="gap">${longDate(citation.document.date)}</span></p>
    </figcaption>
    ${reasons(citation)} ${explanation(citation, isListed)} ${source(citation, context)}
  </figure>`;
}

/** The clauses beside the answer: each one folded, with its number and measure to be chosen by. */
export function relatedClauses(citations: readonly Citation[], context: CitationContext): TemplateResult {
  return html`<details class="related">
    <summary>${word("related_count", { count: citations.length })}</summary>
    <ul role="list">
      ${citations.map(
        (citation) => html`<li>
          <blockquote lang="zh-Hans" cite=${clauseUrl(citation.clause_id)}>${citation.quote}</blockquote>
          ${place(citation)} ${source(citation, context)}
        </li>`,
      )}
    </ul>
  </details>`;
}

function place(citation: Citation): TemplateResult {
  const { measure, measure_title, clause_id } = citation;
  return html`<p class="place">
    <b>${word("place", { measure, sentence: sentenceOf(citation), clause_id })}</b> <span lang="zh-Hans">${measure_title}</span>
  </p>`;
}

function reasons({ reasons: fits }: Citation): TemplateResult | typeof nothing {
  if (!fits?.length) return nothing;
  return html`<div class="reasons"><span>${word("fits")}</span><ul role="list">${fits.map((fit) => html`<li class="chip">${fit}</li>`)}</ul></div>`;
}

function explanation({ explanation: plain }: Citation, isFolded: boolean): TemplateResult | typeof nothing {
  if (!plain) return nothing;
  if (isFolded) {
    return html`<details class="explanation" lang=${plain.language}><summary>${plain.label}</summary><p>${plain.text}</p></details>`;
  }
  return html`<div class="explanation" role="note" lang=${plain.language}><p class="label">${plain.label}</p><p>${plain.text}</p></div>`;
}

function source(citation: Citation, context: CitationContext): TemplateResult {
  const { clause_id, document } = citation;
  return html`<details class="source" @toggle=${(event: Event) => (event.target as HTMLDetailsElement).open && context.openSource(citation)}>
    <summary>${word("source")}</summary>
    <p class="small"><span lang="zh-Hans">《${document.title}》</span></p>
    <p class="small"><span lang="zh-Hans">${document.number}</span><span class="gap">${longDate(document.date)}</span></p>
    <div class="whole" aria-live="off">${whole(context.sourceOf(citation), citation)}</div>
    <p><a class="permanent" href=${clauseUrl(clause_id)} target="_blank" rel="noopener">${word("open_document", { clause_id })}</a></p>
  </details>`;
}

function whole(measure: Source, { clause_id, quote }: Citation): TemplateResult | typeof nothing {
  if (!measure) return nothing;
  if (typeof measure === "string") return html`<p class="small">${word(`source_${measure}`)}</p>`;
  return html`<p class="whole-title"><b>${word("measure", { measure: measure.measure })}</b> <span lang="zh-Hans">${measure.title}</span></p>
    <ol role="list" lang="zh-Hans">
      ${measure.clauses.map((clause) => {
        const isCited = clause.clause_id === clause_id;
        return html`<li class=${isCited ? "cited" : nothing}><span class="number">${clause.clause_id}</span><p>${isCited ? marked(clause.text, quote) : clause.text}</p></li>`;
      })}
    </ol>`;
}

function marked(text: string, quote: string): TemplateResult | string {
  const start = text.indexOf(quote);
  if (start < 0) return text;
  return html`${text.slice(0, start)}<mark>${quote}</mark>${text.slice(start + quote.length)}`;
}
