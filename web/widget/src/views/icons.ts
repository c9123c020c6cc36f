// Line icons, all 24 by 24; decoration only, the words stand beside them or in a label.

import { html, type TemplateResult } from "lit-html";

const PATHS = {
  seal: "M4 4h16v16H4zM8 9h8M8 12.5h8M8 16h5",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M6 11l6-6 6 6",
  yes: "M7 11v9H4v-9zM7 11l4-7c1.6 0 2.5 1 2.2 2.6L12.6 10H19l-1.6 8.5c-.2 1-.8 1.5-1.8 1.5H7",
  no: "M17 13V4h3v9zM17 13l-4 7c-1.6 0-2.5-1-2.2-2.6l.6-3.4H5l1.6-8.5C6.8 4.5 7.4 4 8.4 4H17",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  sound: "M4 10v4h3l5 4V6L7 10zM16 9c1.5 1.8 1.5 4.2 0 6M18.5 6.5c3 3.3 3 7.7 0 11",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  phone: "M6 3h3l2 5-2.5 1.5c1 2.5 3.5 5 6 6L16 13l5 2v3c0 1.5-1.5 3-3 3C10 21 3 14 3 6c0-1.5 1.5-3 3-3z",
  match: "M4 6h9M4 12h6M4 18h6M14 16l2.5 2.5L21 13",
} as const;

export function icon(name: keyof typeof PATHS): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
}
