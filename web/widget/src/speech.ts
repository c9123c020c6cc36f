// Reading aloud, with voices on this device only: a remote one would send the answer away.

import { quotedIn } from "./reply-parts.js";
import type { Reply } from "./types.js";

interface Part {
  text: string;
  language: string;
}

/** Whether there is a Chinese voice on this device; `changed` is called when that may have changed. */
export function watchVoices(changed: () => void): void {
  if (canSpeak()) speechSynthesis.addEventListener("voiceschanged", changed);
}

export function hasChineseVoice(): boolean {
  return voiceFor("zh") !== undefined;
}

/** Reads a reply's own words and its quotations; calls `ended` at the end or when it is stopped. */
export function readAloud(reply: Reply, ended: () => void): void {
  const own = reply.messages.map(({ text }) => ({ text, language: reply.language }));
  const quotes = quotedIn(reply).map(({ quote }) => ({ text: quote, language: "zh-Hans" }));
  speak([...own, ...quotes], ended);
}

export function stopReading(): void {
  if (canSpeak()) speechSynthesis.cancel();
}

function speak(parts: Part[], ended: () => void): void {
  stopReading();
  const utterances = parts.flatMap(({ text, language }) => {
    const voice = voiceFor(language.slice(0, 2));
    if (!voice || !text) return [];
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    return [utterance];
  });
  const last = utterances.at(-1);
  if (!last) return ended();
  last.onend = last.onerror = ended;
  utterances.forEach((utterance) => speechSynthesis.speak(utterance));
}

function voiceFor(language: string): SpeechSynthesisVoice | undefined {
  if (!canSpeak()) return undefined;
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

function canSpeak(): boolean {
  return "speechSynthesis" in window;
}
