// What visitors do with an answer, and what the page knows of it: its source, its judgement, its reading.

import { fetchMeasure, sendFeedback } from "./api.js";
import { copy, print } from "./paper.js";
import { hasChineseVoice, readAloud, stopReading } from "./speech.js";
import { answerText } from "./transcript.js";
import type { Citation, Reply, Turn } from "./types.js";
import type { AnswerActions, AnswerState } from "./views/aftercare.js";
import type { CitationContext, Source } from "./views/citation.js";
import { word } from "./words.js";

export interface AnswersContext {
  hotline: string;
  /** Whether new answers are read aloud. */
  reads(): boolean;
  /** Whether an answer can be read aloud at a press. */
  offersReading(): boolean;
  sessionId(): string;
  refresh(turn: Turn): void;
  refreshAll(): void;
  elementsOf(turn: Turn): Element[];
  judged(): void;
  say(text: string): void;
  ask(text: string): void;
}

export class Answers implements CitationContext {
  readonly #measures = new Map<number, Source>();
  readonly #opened = new Set<Citation>();
  readonly #reasoned = new Set<Turn>();
  #reading: Turn | null = null;

  constructor(private readonly context: AnswersContext) {}

  sourceOf(citation: Citation): Source {
    return this.#opened.has(citation) ? this.#measures.get(citation.measure) : undefined;
  }

  /** Fetches each measure once; opening a source again tries again what failed. */
  openSource(citation: Citation): void {
    const { measure } = citation;
    this.#opened.add(citation);
    const known = this.#measures.get(measure);
    if (known && known !== "failed") return this.context.refreshAll();
    this.#setSource(measure, "loading");
    fetchMeasure(measure).then(
      (whole) => this.#setSource(measure, whole),
      () => this.#setSource(measure, "failed"),
    );
  }

  stateOf(turn: Turn): AnswerState {
    return {
      canRead: this.context.offersReading() && hasChineseVoice(),
      isReading: this.#reading === turn,
      hotline: this.context.hotline,
      hasGivenReason: this.#reasoned.has(turn),
    };
  }

  actionsOf(turn: Turn, reply: Reply): AnswerActions & CitationContext {
    return {
      sourceOf: (citation) => this.sourceOf(citation),
      openSource: (citation) => this.openSource(citation),
      judge: (helpful, reason) => void this.#judge(turn, reply, helpful, reason),
      copy: () => void copy(answerText(reply)).then((isCopied) => this.context.say(word(isCopied ? "copied" : "copy_failed"))),
      print: () => print(this.context.elementsOf(turn)),
      read: () => (this.#reading === turn ? this.stopReading() : this.#read(turn, reply)),
      askForPerson: () => this.context.ask(word("human_message")),
    };
  }

  /** An answer has come: it is read aloud if the visitor wants that and there is a voice for it. */
  arrived(turn: Turn, reply: Reply): void {
    if (this.context.reads() && hasChineseVoice()) this.#read(turn, reply);
  }

  #read(turn: Turn, reply: Reply): void {
    this.stopReading();
    this.#setReading(turn);
    readAloud(reply, () => this.#reading === turn && this.#setReading(null));
  }

  stopReading(): void {
    stopReading();
    if (this.#reading) this.#setReading(null);
  }

  async #judge(turn: Turn, reply: Reply, helpful: boolean, reason?: string): Promise<void> {
    const before = turn.helpful;
    turn.helpful = helpful;
    if (helpful) this.#reasoned.delete(turn);
    this.context.refresh(turn);
    try {
      const session_id = this.context.sessionId();
      await sendFeedback({ session_id, turn_id: reply.turn_id, helpful, ...(reason ? { reason } : {}) });
      if (reason !== undefined) this.#reasoned.add(turn);
      this.context.judged();
      this.context.say(word(helpful || reason !== undefined ? "judged" : "judged_ask_reason"));
    } catch {
      if (before === undefined) delete turn.helpful;
      else turn.helpful = before;
      this.context.say(word("judge_failed"));
    }
    this.context.refresh(turn);
  }

  #setSource(measure: number, source: Source): void {
    this.#measures.set(measure, source);
    this.context.refreshAll();
  }

  #setReading(turn: Turn | null): void {
    const changed = [this.#reading, turn];
    this.#reading = turn;
    for (const one of changed) if (one) this.context.refresh(one);
  }
}
