// The public HTTP contract as types; web/schemas.py is what they follow.

export type Language = "zh-Hans" | "zh-Hant" | "en";
export type Outcome = "answer" | "no_detail" | "clarify" | "match" | "abstain" | "handoff" | "chat";

export interface Choice {
  choice_id: string;
  title: string;
}

export interface Message {
  text: string;
  choices?: Choice[];
}

export interface DocumentReference {
  number: string;
  date: string;
  title: string;
}

export interface Explanation {
  text: string;
  language: Language;
  label: string;
}

export interface Citation {
  clause_id: string;
  measure: number;
  measure_title: string;
  quote: string;
  document: DocumentReference;
  explanation?: Explanation | null;
  reasons?: string[];
}

export interface Reply {
  session_id: string;
  turn_id: string;
  language: Language;
  outcome: Outcome;
  intent?: { name: string };
  messages: Message[];
  citations: Citation[];
  quoted?: number;
  checklist?: { url: string; title: string } | null;
  receipt?: { index_version: string };
}

export interface Measure {
  measure: number;
  title: string;
  clauses: { clause_id: string; text: string }[];
}

export interface Suggestion {
  text: string;
  clause_id: string;
}

/** What is asked: exactly one of a message and a button of an earlier reply. */
export type TurnBody = { message: string } | { choice_id: string };

/** One question of the conversation, and its reply once it came. */
export interface Turn {
  /** Sent as `client_turn_id`: the same turn sent again is answered from the record. */
  id: string;
  body: TurnBody;
  text: string;
  reply: Reply | null;
  /** Whether the visitor found it useful; absent until they said. */
  helpful?: boolean;
}
