// Where the visitor types: sending, suggestions, the count near the limit.

import { html, nothing, type TemplateResult } from "lit-html";
import { Suggester } from "./suggester.js";
import { icon } from "./views/icons.js";
import { word } from "./words.js";

const COMPOSING_KEY = 229; // Safari ends the composition before the keydown of its Enter
const COUNTED_FROM = 200;

export interface ComposerActions {
  /** Whether suggestions are wanted. */
  suggests(): boolean;
  /** Sends; false if it was not taken, then the text stays. */
  send(text: string): boolean;
  changed(): void;
}

export class Composer {
  readonly #suggester: Suggester;
  #length = 0;

  constructor(
    private readonly limit: number,
    private readonly actions: ComposerActions,
  ) {
    this.#suggester = new Suggester(actions.changed);
  }

  get input(): HTMLTextAreaElement | null {
    return document.querySelector<HTMLTextAreaElement>("#message");
  }

  focus(): void {
    this.input?.focus();
  }

  /** Puts a text in, to be sent or changed by the visitor. */
  fill(text: string): void {
    if (!this.input) return;
    this.input.value = text;
    this.#suggester.close();
    this.#measure();
  }

  /**
   * The combobox is the box around the text area, as in ARIA 1.1: a text area may not have that role itself, and an
   * input of one line could not take a longer question.
   */
  template(isBusy: boolean): TemplateResult {
    const { offered, active } = this.#suggester;
    const left = this.limit - this.#length;
    return html`<form id="composer" class="composer" @submit=${this.#submit} @focusout=${this.#leave}>
      <ul id="suggestions" class="suggestions" role="listbox" aria-label=${word("suggestions")} ?hidden=${!offered.length}>
        ${offered.map((text, index) => html`<li role="option" id="suggestion-${index}" aria-selected=${index === active} @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => this.#pick(text)}>${text}</li>`)}
      </ul>
      <div class="row">
        <div class="box" role="combobox" aria-label=${word("ask")} aria-haspopup="listbox" aria-expanded=${offered.length > 0} aria-controls="suggestions" aria-owns="suggestions">
          <textarea id="message" name="message" rows="1" autocomplete="off" enterkeyhint="send" aria-label=${word("ask")} placeholder=${word("placeholder")}
            aria-autocomplete="list" aria-controls="suggestions" aria-activedescendant=${active >= 0 ? `suggestion-${active}` : nothing} aria-describedby="standing count"
            @input=${this.#type} @keydown=${this.#press} @compositionend=${this.#type}></textarea>
        </div>
        <button type="submit" class="filled send" aria-disabled=${isBusy} aria-label=${word("send")}>${icon("send")}</button>
      </div>
      <p id="count" class="count" data-over=${left < 0 || nothing}>${left > COUNTED_FROM ? nothing : left < 0 ? word("count_over", { count: -left, limit: this.limit }) : word("count_left", { count: left })}</p>
    </form>`;
  }

  readonly #type = (event: Event): void => {
    this.#measure();
    if ((event as InputEvent).isComposing || !this.actions.suggests()) this.#suggester.close();
    else this.#suggester.look(this.input?.value ?? "");
  };

  readonly #press = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === COMPOSING_KEY) return;
    const { offered, active } = this.#suggester;
    if (offered.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#suggester.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (offered.length && event.key === "Escape") {
      event.preventDefault();
      this.#suggester.close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const picked = offered[active];
      if (picked) this.#pick(picked);
      else this.#send();
    }
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
  };

  readonly #leave = (event: FocusEvent): void => {
    const { currentTarget, relatedTarget } = event;
    if (!(currentTarget as Element).contains(relatedTarget as Node | null)) this.#suggester.close();
  };

  #send(): void {
    const { input } = this;
    if (!input || !this.actions.send(input.value)) return;
    this.fill("");
    if (matchMedia("(pointer: coarse)").matches) input.blur(); // lets the keyboard go, so that the answer is seen
  }

  #pick(text: string): void {
    this.fill(text);
    this.focus();
  }

  /** Counts as the server does, in characters rather than UTF-16 units, and grows the field where CSS cannot. */
  #measure(): void {
    const { input } = this;
    if (!input) return;
    const length = [...input.value.trim()].length;
    const isNear = Math.max(length, this.#length) >= this.limit - COUNTED_FROM;
    this.#length = length;
    if (isNear) this.actions.changed();
    if (CSS.supports("field-sizing", "content")) return;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }
}
