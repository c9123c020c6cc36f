// How the visitor wants it: kept beside the conversation, else as the embedding page asks.

import { keep, recall } from "./store.js";
import type { Language } from "./types.js";

const KEY = "preferences";
const THEMES = ["auto", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

export interface Preferences {
  language: Language;
  theme: Theme;
  isElder: boolean;
  hasContrast: boolean;
  suggests: boolean;
  reads: boolean;
}

/** Without a language if none was chosen. */
export function loadPreferences(): Omit<Preferences, "language"> & { language?: Language } {
  const { theme, elder } = document.documentElement.dataset;
  return {
    theme: THEMES.find((known) => known === theme) ?? "auto",
    isElder: elder === "true",
    hasContrast: matchMedia("(prefers-contrast: more)").matches,
    suggests: true,
    reads: false,
    ...known(recall(KEY)),
  };
}

/** Keeps what was chosen; what was not goes on following the embedding page. */
export function keepPreferences(change: Partial<Preferences>): void {
  keep(KEY, { ...known(recall(KEY)), ...change });
}

/** Lets the style sheet know. */
export function applyPreferences({ language, theme, isElder, hasContrast }: Preferences): void {
  const { documentElement: root } = document;
  root.lang = language;
  root.dataset.theme = theme;
  root.dataset.elder = String(isElder);
  root.dataset.contrast = hasContrast ? "more" : "normal";
}

/** What was kept by an older version or by somebody else counts only where it has the right form. */
function known(stored: unknown): Partial<Preferences> {
  if (typeof stored !== "object" || stored === null) return {};
  const { language, theme, ...flags } = stored as Record<string, unknown>;
  const kept: Partial<Preferences> = {};
  if (language === "zh-Hans" || language === "zh-Hant" || language === "en") kept.language = language;
  const chosen = THEMES.find((one) => one === theme);
  if (chosen) kept.theme = chosen;
  for (const flag of ["isElder", "hasContrast", "suggests", "reads"] as const) {
    if (typeof flags[flag] === "boolean") kept[flag] = flags[flag];
  }
  return kept;
}
