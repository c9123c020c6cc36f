// What the page brings along: words, example questions, limits. For another language it is fetched.

import type { DocumentReference, Language } from "./types.js";

export interface Bootstrap {
  language: Language;
  languages: { code: Language; name: string }[];
  wording: Record<string, string>;
  examples: { audience: string; questions: string[] }[];
  document: DocumentReference;
  /** Most characters of a message. */
  limit: number;
  /** Origins of the pages that may speak to the frame; `*.` as the first label stands for all subdomains. */
  hosts: string[];
  hotline: string;
}

export function readBootstrap(): Bootstrap {
  return JSON.parse(document.getElementById("bootstrap")?.textContent ?? "") as Bootstrap;
}

/** Fetches what another language needs. Throws if it does not come. */
export async function fetchBootstrap(language: Language): Promise<Bootstrap> {
  const response = await fetch(`/widget/wording/${language}.json`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`wording: ${response.status}`);
  return (await response.json()) as Bootstrap;
}
