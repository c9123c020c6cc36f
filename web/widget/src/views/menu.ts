// The menu: a disclosure under the head, with how it looks and what to do with the conversation.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Bootstrap } from "../bootstrap.js";
import type { Preferences, Theme } from "../preferences.js";
import { word } from "../words.js";

export interface MenuState {
  preferences: Preferences;
  languages: Bootstrap["languages"];
  canRead: boolean;
  hasTurns: boolean;
  hasReplies: boolean;
}

export interface MenuActions {
  prefer(change: Partial<Preferences>): void;
  download(): void;
  print(): void;
  startOver(): void;
  end(): void;
}

export function menu(state: MenuState, actions: MenuActions, isOpen: boolean): TemplateResult {
  const { preferences } = state;
  return html`<div class="menu" id="menu" ?hidden=${!isOpen}>
    ${choice(
      "language",
      state.languages.map(({ code, name }) => ({ value: code, name, lang: code })),
      preferences.language,
      (language) => actions.prefer({ language }),
    )}
    ${choice(
      "theme",
      (["auto", "light", "dark"] as Theme[]).map((value) => ({ value, name: word(`theme_${value}`) })),
      preferences.theme,
      (theme) => actions.prefer({ theme }),
    )}
    <div class="switches">
      ${flip("elder", preferences.isElder, (isElder) => actions.prefer({ isElder }))}
      ${flip("contrast", preferences.hasContrast, (hasContrast) => actions.prefer({ hasContrast }))}
      ${flip("suggestions", preferences.suggests, (suggests) => actions.prefer({ suggests }))}
      ${state.canRead ? flip("reading", preferences.reads, (reads) => actions.prefer({ reads })) : nothing}
    </div>
    <div class="deeds" ?hidden=${!state.hasTurns}>
      ${deed("download", actions.download)} ${deed("print_all", actions.print)} ${deed("start_over", actions.startOver)}
      ${state.hasReplies ? deed("end", actions.end) : nothing}
    </div>
  </div>`;
}

function choice<Value extends string>(
  name: string,
  options: { value: Value; name: string; lang?: string }[],
  chosen: Value,
  choose: (value: Value) => void,
): TemplateResult {
  return html`<fieldset class="segments">
    <legend>${word(name)}</legend>
    ${options.map(
      (option) =>
        html`<label lang=${option.lang ?? nothing}><input type="radio" name=${name} value=${option.value} .checked=${live(option.value === chosen)} @change=${() => choose(option.value)} /><span>${option.name}</span></label>`,
    )}
  </fieldset>`;
}

function flip(name: string, isOn: boolean, set: (isOn: boolean) => void): TemplateResult {
  return html`<button type="button" role="switch" class="switch" data-switch=${name} aria-checked=${isOn} @click=${() => set(!isOn)}><span>${word(name)}</span></button>`;
}

function deed(name: string, act: () => void): TemplateResult {
  return html`<button type="button" data-deed=${name} @click=${act}>${word(name)}</button>`;
}
