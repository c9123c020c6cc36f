// What stands there before the first question: what this is, where to begin, and what can be asked.

import { html, type TemplateResult } from "lit-html";
import type { Bootstrap } from "../bootstrap.js";
import { word } from "../words.js";
import { icon } from "./icons.js";

export function greeting({ document, examples }: Bootstrap, ask: (text: string) => void): TemplateResult {
  return html`<section class="greeting" aria-labelledby="greeting-title">
    <h2 id="greeting-title">${word("greeting_title")}</h2>
    <p>${word("greeting")}</p>
    <p class="basis"><a href="/document" target="_blank" rel="noopener" lang="zh-Hans">《${document.title}》</a><span class="small" lang="zh-Hans">${document.number}</span></p>
    <button type="button" class="match" data-match @click=${() => ask(word("match_message"))}>
      ${icon("match")}<span><b>${word("match")}</b><span class="small">${word("match_hint")}</span></span>
    </button>
    <div class="examples">
      ${examples.map(
        ({ audience, questions }) => html`<div class="audience">
          <h3>${audience}</h3>
          <ul role="list">
            ${questions.map((question) => html`<li><button type="button" data-example @click=${() => ask(question)}>${question}</button></li>`)}
          </ul>
        </div>`,
      )}
    </div>
  </section>`;
}
