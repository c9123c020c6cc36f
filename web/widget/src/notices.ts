// What the page says about itself: that it is looking, that something went wrong, that something was done.

import type { TurnError } from "./api.js";
import type { Failure } from "./views/failure.js";
import { word } from "./words.js";

const TOAST_MS = 5000;

export class Notices {
  waiting: "" | "thinking" | "slow" = "";
  failure: Failure | null = null;
  toast = "";

  #toastTimer = 0;
  #countdown = 0;

  constructor(private readonly changed: () => void) {}

  wait(stage: "" | "thinking" | "slow"): void {
    this.waiting = stage;
    if (stage === "thinking") this.#setFailure(null);
    this.changed();
  }

  /** Nothing is awaited and nothing is wrong. */
  clear(): void {
    this.waiting = "";
    this.#setFailure(null);
    this.changed();
  }

  /** Something that a retry may mend; too many questions need some seconds first. */
  failed({ kind, retryAfter }: TurnError): void {
    const hint = retryAfter > 0 ? word("retry_after", { seconds: retryAfter }) : "";
    this.waiting = "";
    this.#setFailure({ text: word(`error_${kind}`) + hint, canRetry: true, wait: kind === "busy" ? retryAfter : 0 });
    this.changed();
  }

  /** Something that the visitor has to change. */
  refused(text: string): void {
    this.waiting = "";
    this.#setFailure({ text, canRetry: false, wait: 0 });
    this.changed();
  }

  say(text: string): void {
    clearTimeout(this.#toastTimer);
    this.toast = text;
    this.changed();
    this.#toastTimer = window.setTimeout(() => {
      this.toast = "";
      this.changed();
    }, TOAST_MS);
  }

  #setFailure(failure: Failure | null): void {
    clearInterval(this.#countdown);
    this.failure = failure;
    if (failure?.wait) this.#countdown = window.setInterval(() => this.#countDown(failure), 1000);
  }

  #countDown(failure: Failure): void {
    failure.wait -= 1;
    if (failure.wait <= 0) clearInterval(this.#countdown);
    this.changed();
  }
}
