// Replies as nodes, from the page's templates. Text only ever goes in as textContent.

import { fetchMeasure } from "./api.js";

const measures = new Map();

/** A copy of template t-<name>, its data-fill slots filled. */
export function clone(name, values = {}) {
  const fragment = document.getElementById(`t-${name}`).content.cloneNode(true);
  for (const slot of fragment.querySelectorAll("[data-fill]")) slot.textContent = values[slot.dataset.fill] ?? "";
  return fragment;
}

export function word(key) {
  return document.getElementById("words").content.querySelector(`[data-word="${key}"]`)?.textContent ?? "";
}

export function renderQuestion(text) {
  return clone("question", { text }).firstElementChild;
}

/** The whole reply as one node, so that the log announces it once. onChoice gets a choice. */
export function renderReply(reply, onChoice) {
  const node = clone("reply", { label: word(`label-${reply.outcome}`) }).firstElementChild;
  node.dataset.outcome = reply.outcome;
  for (const message of reply.messages ?? []) {
    if (message.text) node.append(ownWords(message.text, reply.language));
  }
  const cited = reply.citations ?? [];
  const quoted = reply.outcome === "answer" || reply.outcome === "no_detail" ? cited.slice(0, reply.quoted ?? 1) : [];
  for (const citation of quoted) node.append(renderCitation(citation));
  if (reply.checklist) node.append(renderChecklist(reply.checklist));
  for (const message of reply.messages ?? []) {
    if (message.choices?.length) node.append(renderChoices(message.choices, onChoice));
  }
  if (cited.length > quoted.length) node.append(renderRelated(cited.slice(quoted.length)));
  node.append(clone("aftercare"));
  return node;
}

function ownWords(text, language) {
  const fragment = clone("text", { text });
  if (language) fragment.firstElementChild.lang = language;
  return fragment;
}

function renderChoices(choices, onChoice) {
  const fragment = clone("choices");
  for (const choice of choices) {
    const button = clone("choice", choice).firstElementChild;
    button.addEventListener("click", () => onChoice(choice));
    fragment.firstElementChild.append(button);
  }
  return fragment;
}

function renderCitation(citation) {
  const fragment = clone("citation", {
    ...citation,
    sentence: citation.clause_id.split(".")[1],
    document_number: citation.document?.number,
    document_date: inChinese(citation.document?.date),
    explanation: citation.explanation?.text,
    explanation_label: citation.explanation?.label,
  });
  const explanation = fragment.querySelector("[data-explanation]");
  explanation.hidden = !citation.explanation;
  if (citation.explanation) explanation.lang = citation.explanation.language;
  link(fragment.querySelector("[data-link]"), citation.clause_id);
  const fits = fragment.querySelector("[data-fits]");
  fits.hidden = !citation.reasons?.length;
  for (const reason of citation.reasons ?? []) fits.append(clone("reason", { reason }));
  const context = fragment.querySelector("[data-context]");
  fragment.querySelector("details").addEventListener("toggle", (event) => {
    if (event.target.open) openContext(context, citation);
  });
  return fragment;
}

function renderChecklist(checklist) {
  const fragment = clone("checklist", checklist);
  fragment.querySelector("a").href = checklist.url;
  return fragment;
}

function renderRelated(citations) {
  const fragment = clone("related");
  for (const citation of citations) {
    const item = clone("related-item", citation);
    link(item.querySelector("[data-link]"), citation.clause_id);
    fragment.querySelector("ul").append(item);
  }
  return fragment;
}

async function openContext(context, citation) {
  if (context.querySelector("mark")) return;
  context.replaceChildren(clone("context-loading"));
  try {
    if (!measures.has(citation.measure)) measures.set(citation.measure, await fetchMeasure(citation.measure));
    context.replaceChildren(renderContext(measures.get(citation.measure), citation));
  } catch {
    context.replaceChildren(clone("context-failed"));
  }
}

function renderContext(measure, citation) {
  const fragment = clone("context", measure);
  for (const clause of measure.clauses) {
    const item = clone("context-clause", clause).firstElementChild;
    const isCited = clause.clause_id === citation.clause_id;
    item.classList.toggle("current", isCited);
    link(item.querySelector("[data-link]"), clause.clause_id);
    item.querySelector("[data-text]").append(...(isCited ? highlighted(clause.text, citation.quote) : [clause.text]));
    fragment.querySelector("ol").append(item);
  }
  return fragment;
}

function highlighted(text, quote) {
  const start = text.indexOf(quote);
  if (start < 0) return [text];
  const mark = document.createElement("mark");
  mark.textContent = quote;
  return [text.slice(0, start), mark, text.slice(start + quote.length)];
}

function link(anchor, clauseId) {
  anchor.href = `/document/${encodeURIComponent(clauseId)}`;
}

function inChinese(date) {
  return date ? new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeZone: "UTC" }).format(new Date(date)) : "";
}
