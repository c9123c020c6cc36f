// The list of questions and answers. Each is drawn first and then added as one node, so that it is announced once, whole.

import { render, type TemplateResult } from "lit-html";
import type { Reply, Turn } from "./types.js";

export interface LogViews {
  question(turn: Turn): TemplateResult;
  reply(turn: Turn, reply: Reply): TemplateResult;
}

interface Nodes {
  question: HTMLLIElement;
  reply?: HTMLLIElement;
}

export class Log {
  readonly #nodes = new Map<Turn, Nodes>();

  constructor(
    /** The element with the role, around the list. */
    private readonly region: HTMLElement,
    private readonly views: LogViews,
    /** What scrolls; null if it is the page. */
    private readonly scroller: HTMLElement | null,
  ) {}

  /** Puts back what was said before the page was loaded. */
  restore(turns: readonly Turn[]): void {
    this.#quietly(() => {
      for (const turn of turns) {
        this.addQuestion(turn);
        if (turn.reply) this.addReply(turn, turn.reply);
      }
    });
  }

  addQuestion(turn: Turn): void {
    const question = node("question", turn);
    this.#nodes.set(turn, { question });
    this.#draw(turn);
    this.#list.append(question);
  }

  addReply(turn: Turn, reply: Reply): void {
    const nodes = this.#nodes.get(turn);
    if (!nodes || nodes.reply) return;
    nodes.reply = node("reply", turn);
    nodes.reply.dataset.outcome = reply.outcome;
    nodes.reply.dataset.turn = reply.turn_id;
    this.#draw(turn);
    this.#list.append(nodes.reply);
  }

  /** Draws anew what is there already. */
  refresh(turn: Turn): void {
    this.#quietly(() => this.#draw(turn));
  }

  refreshAll(): void {
    this.#quietly(() => [...this.#nodes.keys()].forEach((turn) => this.#draw(turn)));
  }

  remove(turn: Turn): void {
    const nodes = this.#nodes.get(turn);
    nodes?.question.remove();
    nodes?.reply?.remove();
    this.#nodes.delete(turn);
  }

  clear(): void {
    this.#nodes.clear();
    this.#list.replaceChildren();
  }

  /** Returns the question and the answer of a turn. */
  elementsOf(turn: Turn): Element[] {
    const nodes = this.#nodes.get(turn);
    return nodes ? [nodes.question, ...(nodes.reply ? [nodes.reply] : [])] : [];
  }

  /** Scrolls a question to the top, so that its answer is read from the beginning. */
  showFrom(turn: Turn): void {
    const question = this.#nodes.get(turn)?.question;
    if (!question) return;
    // Not scrollIntoView inside a frame: it would move the embedding page too.
    if (this.scroller) this.scroller.scrollTop += question.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    else question.scrollIntoView({ block: "start" });
  }

  /** Scrolls to what stands below the last turn. */
  showEnd(): void {
    if (this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
    else this.region.parentElement?.scrollIntoView({ block: "end" });
  }

  /** Changes without an announcement: what is restored or drawn anew is nothing new. */
  #quietly(change: () => void): void {
    this.region.setAttribute("aria-live", "off");
    change();
    requestAnimationFrame(() => this.region.removeAttribute("aria-live"));
  }

  get #list(): Element {
    return this.region.firstElementChild as Element;
  }

  #draw(turn: Turn): void {
    const nodes = this.#nodes.get(turn);
    if (!nodes) return;
    render(this.views.question(turn), nodes.question);
    if (nodes.reply && turn.reply) render(this.views.reply(turn, turn.reply), nodes.reply);
  }
}

function node(kind: "question" | "reply", turn: Turn): HTMLLIElement {
  const item = document.createElement("li");
  item.className = kind;
  item.id = `${kind}-${turn.id}`;
  return item;
}
