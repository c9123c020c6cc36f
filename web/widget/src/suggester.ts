// Questions that go with what is being typed. Suggesting is a courtesy: whatever fails, nothing is shown.

import { fetchSuggestions } from "./api.js";
import { spokenLanguage } from "./words.js";

const PAUSE_MS = 120;
const SHORTEST = 2;

export class Suggester {
  /** What is on offer; empty while the list is closed. */
  offered: string[] = [];
  /** Which of them the arrow keys are at, or -1. */
  active = -1;

  #timer = 0;
  #request: AbortController | null = null;

  constructor(private readonly changed: () => void) {}

  /** Looks for suggestions once the typing pauses; whatever was looked for before is of no interest any more. */
  look(text: string): void {
    this.#stop();
    const typed = text.trim();
    if ([...typed].length < SHORTEST || typed.includes("\n")) return this.close();
    this.#timer = window.setTimeout(() => void this.#fetch(typed), PAUSE_MS);
  }

  close(): void {
    this.#stop();
    if (!this.offered.length) return;
    this.offered = [];
    this.active = -1;
    this.changed();
  }

  /** Moves up or down, round and round, with a place for "none" between last and first. */
  move(by: 1 | -1): void {
    const places = this.offered.length + 1;
    this.active = ((this.active + 1 + by + places) % places) - 1;
    this.changed();
  }

  async #fetch(typed: string): Promise<void> {
    const request = (this.#request = new AbortController());
    const found = await fetchSuggestions(typed, spokenLanguage(), request.signal).catch(() => []);
    if (request.signal.aborted) return;
    this.offered = found.map(({ text }) => text).filter((text) => text !== typed);
    this.active = -1;
    this.changed();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }
}
