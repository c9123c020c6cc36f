// The few words that stand outside the frame; everything else comes with the frame's page.

import type { Language } from "./types.js";

export interface LoaderWords {
  title: string;
  open: string;
  close: string;
  unread: string;
  failed: string;
  newWindow: string;
}

export const WORDS: Record<Language, LoaderWords> = {
  "zh-Hans": {
    title: "智能问答",
    open: "打开智能问答",
    close: "关闭智能问答",
    unread: "，有新的答复",
    failed: "智能问答现在打不开。",
    newWindow: "在新窗口中提问",
  },
  "zh-Hant": {
    title: "智能問答",
    open: "打開智能問答",
    close: "關閉智能問答",
    unread: "，有新的答覆",
    failed: "智能問答現在打不開。",
    newWindow: "在新視窗中提問",
  },
  en: {
    title: "Ask the assistant",
    open: "Ask the assistant: open",
    close: "Ask the assistant: close",
    unread: ", new answer",
    failed: "The assistant cannot be opened right now.",
    newWindow: "Ask in a new window",
  },
};

/** Returns which of our languages a language tag means; Simplified Chinese unless it says otherwise. */
export function languageOf(tag: string): Language {
  if (/^en\b/i.test(tag)) return "en";
  return /^zh-(hant|tw|hk|mo)\b/i.test(tag) ? "zh-Hant" : "zh-Hans";
}
