// The one script of an embedding page: a launcher, and on its first opening the frame with the conversation.
// Nothing is requested before that, and a page on which any of this fails stays as it was.

import { readOptions, type Options } from "./loader-options.js";
import { STYLE } from "./loader-style.js";
import { WORDS } from "./loader-words.js";
import { isOurs, type HostMessage } from "./protocol.js";

const PATIENCE_MS = 8000;
const SVG = "http://www.w3.org/2000/svg";

interface Widget {
  open(): void;
  close(): void;
  /** Opens the conversation and asks a question in it. */
  ask(text: string): void;
}

declare global {
  interface Window {
    Banshitong?: Widget;
  }
}

function createWidget(options: Options): Widget {
  const words = WORDS[options.language];
  const waiting: HostMessage[] = [];
  let frame: HTMLIFrameElement | null = null;
  let isReady = false;
  let isOpen = false;
  let patience = 0;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const area = document.createElement("aside");
  area.lang = options.language;
  area.setAttribute("aria-label", words.title);
  area.style.setProperty("--fill", options.brand.fill);
  area.style.setProperty("--ink", options.brand.ink);
  area.classList.add(options.theme);
  area.classList.toggle("left", options.isLeft);
  area.classList.toggle("elder", options.isElder);
  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.append(bubble(), words.title);
  const panel = document.createElement("div");
  panel.className = "panel";
  panel.hidden = true;
  area.append(launcher, panel);
  root.append(area);
  describe(false);
  // Drawing the launcher is no part of the page's own load.
  if (document.readyState === "complete") attach();
  else window.addEventListener("load", attach);

  function attach(): void {
    if (!host.isConnected) document.body.append(host);
  }

  function describe(isUnread: boolean): void {
    launcher.setAttribute("aria-expanded", String(isOpen));
    launcher.setAttribute("aria-label", (isOpen ? words.close : words.open) + (isUnread ? words.unread : ""));
    launcher.classList.toggle("unread", isUnread);
    area.classList.toggle("open", isOpen);
  }

  function open(): void {
    if (isOpen) return;
    attach();
    isOpen = true;
    panel.hidden = false;
    describe(false);
    fit();
    if (frame) return greet();
    waiting.unshift({ banshitong: 1, type: "opened", text: options.question });
    load();
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    panel.hidden = true;
    describe(false);
    launcher.focus();
  }

  function load(): void {
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.allow = "clipboard-write";
    frame.src = options.frameUrl;
    panel.replaceChildren(frame);
    area.classList.remove("failed");
    patience = window.setTimeout(giveUp, PATIENCE_MS);
  }

  /** The frame says nothing: this page may not embed it, or the network is gone. The next opening tries again. */
  function giveUp(): void {
    const line = document.createElement("p");
    const link = document.createElement("a");
    link.href = options.pageUrl;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.newWindow;
    line.setAttribute("role", "alert");
    line.append(words.failed, document.createElement("br"), link);
    frame = null;
    waiting.length = 0;
    panel.replaceChildren(line);
    area.classList.add("failed");
    if (isOpen) link.focus();
  }

  function greet(): void {
    if (!isReady) return;
    frame?.focus();
    say({ banshitong: 1, type: "opened" });
  }

  function say(message: HostMessage): void {
    if (isReady) frame?.contentWindow?.postMessage(message, options.origin);
    else waiting.push(message);
  }

  function hear({ source, origin, data }: MessageEvent<unknown>): void {
    if (!frame || source !== frame.contentWindow || origin !== options.origin || !isOurs(data)) return;
    if (data.type === "close") close();
    if (data.type === "unread" && !isOpen) describe(true);
    if (data.type !== "ready") return;
    clearTimeout(patience);
    isReady = true;
    if (isOpen) frame.focus();
    waiting.splice(0).forEach(say);
  }

  /** Below 640 px the panel covers what is visible, also while a keyboard takes part of the screen. */
  function fit(): void {
    const view = window.visualViewport;
    const isFull = window.matchMedia("(max-width: 639.98px)").matches && view;
    panel.style.top = isFull ? `${view.offsetTop}px` : "";
    panel.style.left = isFull ? `${view.offsetLeft}px` : "";
    panel.style.width = isFull ? `${view.width}px` : "";
    panel.style.height = isFull ? `${view.height}px` : "";
  }

  launcher.addEventListener("click", () => (isOpen ? close() : open()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen && !event.defaultPrevented) close();
  });
  window.addEventListener("message", hear);
  for (const change of ["resize", "scroll"]) {
    window.visualViewport?.addEventListener(change, () => isOpen && fit());
  }

  return {
    open,
    close,
    ask(text) {
      open();
      say({ banshitong: 1, type: "ask", text: String(text) });
    },
  };
}

function bubble(): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4 5h16v11.5h-8.5L7 20v-3.5H4zM8 9h8M8 12.5h5");
  icon.append(path);
  return icon;
}

const script = document.currentScript;
// Without constructed style sheets the launcher could not be drawn under a strict policy: then there is none.
if (script instanceof HTMLScriptElement && !window.Banshitong && "adoptedStyleSheets" in Document.prototype) {
  const start = (): void => {
    window.Banshitong = createWidget(readOptions(script));
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
}
