// One turn at a time, safe to retry: a turn keeps its id until a reply came or another question was asked instead.

import { sendTurn, TurnError } from "./api.js";
import { forgetConversation, keepConversation, loadConversation, makeId, type Conversation } from "./conversation.js";
import { openStore } from "./store.js";
import type { Language, Reply, Turn, TurnBody } from "./types.js";

const SLOW_MS = 5000;

/** What the page does about a turn; all are called in the order in which things happen. */
export interface Reactions {
  asked(turn: Turn): void;
  waiting(turn: Turn, isSlow: boolean): void;
  answered(turn: Turn, reply: Reply): void;
  failed(turn: Turn, error: TurnError): void;
  /** The turn can never be sent as it is. */
  takenBack(turn: Turn, error: TurnError): void;
  givenUp(turn: Turn): void;
}

export class Delivery {
  conversation: Conversation = loadConversation();
  #pending: Turn | null = null;
  #failed: Turn | null = null;

  constructor(
    private readonly react: Reactions,
    private readonly language: () => Language | "auto",
  ) {}

  get isBusy(): boolean {
    return this.#pending !== null;
  }

  /** Asks; false if there is nothing to ask, or an answer is still awaited. */
  ask(text: string, body: TurnBody = { message: text }): boolean {
    if (this.#pending || !text.trim()) return false;
    if (this.#failed) this.#giveUp(this.#failed);
    const turn: Turn = { id: makeId(), body, text, reply: null };
    this.conversation.turns.push(turn);
    openStore();
    this.react.asked(turn);
    void this.#deliver(turn);
    return true;
  }

  /** Sends the failed turn again, under its own id. */
  retry(): void {
    if (this.#failed && !this.#pending) void this.#deliver(this.#failed);
  }

  /** Goes on with a turn that the page was left with; the server answers it from its record if it came through. */
  resume(): void {
    const left = this.conversation.turns.at(-1);
    if (left && !left.reply) void this.#deliver(left);
  }

  startOver(): void {
    forgetConversation();
    this.conversation = loadConversation();
    this.#pending = this.#failed = null;
  }

  async #deliver(turn: Turn): Promise<void> {
    const { conversation } = this;
    this.#pending = turn;
    this.#failed = null;
    keepConversation(conversation);
    this.react.waiting(turn, false);
    const slow = setTimeout(() => this.#isCurrent(turn) && this.react.waiting(turn, true), SLOW_MS);
    try {
      const { session_id } = conversation;
      const reply = await sendTurn({ ...turn.body, session_id, client_turn_id: turn.id, language: this.language() });
      turn.reply = reply;
      if (this.#isCurrent(turn)) this.#settle(() => this.react.answered(turn, reply));
    } catch (error) {
      if (!(error instanceof TurnError)) throw error;
      if (this.#isCurrent(turn)) this.#settle(() => this.#fail(turn, error));
    } finally {
      clearTimeout(slow);
    }
  }

  /** False once the visitor has started over meanwhile. */
  #isCurrent(turn: Turn): boolean {
    return this.#pending === turn;
  }

  #settle(reaction: () => void): void {
    this.#pending = null;
    reaction();
    if (this.conversation.turns.length) keepConversation(this.conversation);
    else forgetConversation();
  }

  #fail(turn: Turn, error: TurnError): void {
    if (error.kind === "rejected") {
      this.#drop(turn);
      this.react.takenBack(turn, error);
    } else {
      this.#failed = turn;
      this.react.failed(turn, error);
    }
  }

  #giveUp(turn: Turn): void {
    this.#failed = null;
    this.#drop(turn);
    this.react.givenUp(turn);
  }

  #drop(turn: Turn): void {
    this.conversation.turns = this.conversation.turns.filter((other) => other !== turn);
  }
}
