// The end of a conversation, as far as it has come.

import { sendRating } from "./api.js";
import type { RatingStage } from "./views/rating.js";
import { word } from "./words.js";

export class RatingDesk {
  /** Null while the conversation goes on. */
  stage: RatingStage | null = null;

  constructor(
    private readonly sessionId: () => string,
    private readonly changed: () => void,
    private readonly say: (text: string) => void,
  ) {}

  open(): void {
    this.#set("asking");
  }

  close(): void {
    this.stage = null;
  }

  async rate(stars: number, comment: string): Promise<void> {
    this.#set("sending");
    try {
      await sendRating({ session_id: this.sessionId(), stars, ...(comment ? { comment } : {}) });
      this.#set("thanking");
    } catch {
      this.#set("asking");
      this.say(word("rate_failed"));
    }
  }

  #set(stage: RatingStage): void {
    this.stage = stage;
    this.changed();
    // A new part has come in place of the old one: whoever cannot see it is led there.
    if (stage !== "sending") document.getElementById("rating-title")?.focus();
  }
}
