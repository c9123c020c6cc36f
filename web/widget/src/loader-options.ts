// What the embedding page says about the widget, in `data-` attributes of the script tag.

import { readBrand, type Brand } from "./colour.js";
import { languageOf } from "./loader-words.js";
import type { Language } from "./types.js";

const TEAL: Brand = { fill: "#0d5b63", ink: "#ffffff" };

export interface Options {
  /** Where the loader came from; the frame comes from there, and messages are exchanged with it only. */
  origin: string;
  language: Language;
  brand: Brand;
  theme: "auto" | "light" | "dark";
  isLeft: boolean;
  isElder: boolean;
  question: string;
  frameUrl: string;
  pageUrl: string;
}

export function readOptions(script: HTMLScriptElement): Options {
  const { color, position, language, theme, elder, question } = script.dataset;
  const origin = new URL(script.src).origin;
  const spoken = languageOf(language || document.documentElement.lang);
  const brand = readBrand(color);
  const query = new URLSearchParams({ lang: spoken });
  if (theme) query.set("theme", theme);
  if (elder === "true") query.set("elder", elder);
  if (brand) query.set("color", brand.fill);
  return {
    origin,
    language: spoken,
    brand: brand || TEAL,
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    isLeft: position === "left",
    isElder: elder === "true",
    question: question || "",
    frameUrl: `${origin}/widget/frame?${query}`,
    pageUrl: `${origin}/chat?lang=${spoken}`,
  };
}
