// The words of the language that is shown now.

import type { Language } from "./types.js";

let wording: Record<string, string> = {};
let language: Language = "zh-Hans";

export function useWords(spoken: Language, texts: Record<string, string>): void {
  language = spoken;
  wording = texts;
}

export function spokenLanguage(): Language {
  return language;
}

/** Simplified is what everybody begins with, so it leaves the choice to the words; another language was chosen. */
export function requestLanguage(): Language | "auto" {
  return language === "zh-Hans" ? "auto" : language;
}

/** Returns a text with its `{placeholders}` filled; a missing one shows its name, which a test looks for. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  return (wording[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Writes an ISO date as the language does. */
export function longDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}
