// The parts that stay: head with the standing notice, the menu, and where the conversation, its state and the composer go.

import { html, nothing, type TemplateResult } from "lit-html";
import { word } from "../words.js";
import { icon } from "./icons.js";
import { menu, type MenuActions, type MenuState } from "./menu.js";

export interface ShellState extends MenuState {
  isFramed: boolean;
  /** Whether a landmark of the page is around the app already. */
  isInMain: boolean;
  isMenuOpen: boolean;
  isRating: boolean;
  status: string;
  toast: string;
}

export interface ShellActions extends MenuActions {
  toggleMenu(): void;
  close(): void;
}

export interface ShellParts {
  greeting: TemplateResult | null;
  failure: TemplateResult;
  foot: TemplateResult;
}

export function shell(state: ShellState, actions: ShellActions, parts: ShellParts): TemplateResult {
  return html`<div class="app" tabindex="-1">
    <header class="head">
      <div class="bar">
        <h1 class="name">${icon("seal")}<span>${word("title")}</span></h1>
        <button type="button" class="bare" id="menu-button" aria-expanded=${state.isMenuOpen} aria-controls="menu" @click=${actions.toggleMenu}>
          ${icon("menu")}<span>${word("menu")}</span>
        </button>
        ${state.isFramed
          ? html`<button type="button" class="bare square" id="close-button" aria-label=${word("close")} @click=${actions.close}>${icon("close")}</button>`
          : nothing}
      </div>
      <p class="standing" id="standing">${word("notice")}</p>
      <p id="toast" class="toast" aria-live="polite">${state.toast}</p>
      ${menu(state, actions, state.isMenuOpen)}
    </header>
    <div class="middle" id="middle" role=${state.isInMain ? "group" : "main"} aria-label=${word("conversation")} tabindex="0">
      ${parts.greeting ?? nothing}
      <div id="log" role="log" aria-label=${word("log")}><ol class="turns" role="list"></ol></div>
      <p id="status" role="status" class="status ${state.status && "active"}">${state.status}</p>
      ${parts.failure}
    </div>
    <div class="foot" role=${state.isInMain ? "group" : "region"} aria-label=${state.isRating ? word("rate_title") : word("ask")}>${parts.foot}</div>
  </div>`;
}
