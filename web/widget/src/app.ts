// Holds everything together: what the visitor does, what comes back, and what is drawn of it.

import { render } from "lit-html";
import { Answers } from "./answers.js";
import { fetchBootstrap, type Bootstrap } from "./bootstrap.js";
import { Composer } from "./composer.js";
import { keepConversation } from "./conversation.js";
import { Delivery } from "./delivery.js";
import { Host } from "./host.js";
import { Log } from "./log.js";
import { stepOf } from "./matching.js";
import { MenuDesk } from "./menu-desk.js";
import { Notices } from "./notices.js";
import { download, print } from "./paper.js";
import { applyPreferences, keepPreferences, loadPreferences, type Preferences } from "./preferences.js";
import { RatingDesk } from "./rating-desk.js";
import { hasChineseVoice, watchVoices } from "./speech.js";
import { conversationText } from "./transcript.js";
import type { Language, Reply, Turn } from "./types.js";
import { failure } from "./views/failure.js";
import { greeting } from "./views/greeting.js";
import { question } from "./views/question.js";
import { rating } from "./views/rating.js";
import { replied } from "./views/reply.js";
import { shell } from "./views/shell.js";
import { requestLanguage, useWords, word } from "./words.js";

export class App {
  #preferences: Preferences;
  readonly #notices = new Notices(() => this.#draw());
  readonly #menu = new MenuDesk(() => this.#draw());
  readonly #givenUp = new Set<Turn>();
  readonly #isFramed: boolean;
  readonly #rating = new RatingDesk(
    () => this.#delivery.conversation.session_id,
    () => this.#draw(),
    (text) => this.#notices.say(text),
  );
  readonly #composer: Composer;
  readonly #delivery: Delivery;
  readonly #answers: Answers;
  readonly #host: Host;
  readonly #log: Log;

  constructor(
    private readonly root: HTMLElement,
    private bootstrap: Bootstrap,
  ) {
    useWords(bootstrap.language, bootstrap.wording);
    // The page comes in its own language; a chosen one is fetched as soon as everything stands.
    this.#preferences = { ...loadPreferences(), language: bootstrap.language };
    this.#isFramed = document.body.dataset.mode === "frame";
    this.#composer = new Composer(bootstrap.limit, {
      suggests: () => this.#preferences.suggests,
      send: (text) => this.#send(text),
      changed: () => this.#draw(),
    });
    this.#delivery = new Delivery(this.#reactions(), requestLanguage);
    this.#answers = new Answers(this.#answersContext());
    this.#host = new Host(this.#isFramed, bootstrap.hosts);
    const typed = this.#composer.input; // of the form that stood here: one may have begun before the script came
    const isTyping = typed !== null && document.activeElement === typed;
    root.replaceChildren();
    applyPreferences(this.#preferences);
    this.#draw();
    this.#log = new Log(part(root, "#log"), this.#logViews(), this.#isFramed ? part(root, "#middle") : null);
    if (typed?.value) this.#composer.fill(typed.value);
    if (isTyping) this.#composer.focus();
  }

  /** Brings back what was said before, listens to the embedding page, and goes on with a turn that was under way. */
  start(): void {
    const { turns } = this.#delivery.conversation;
    this.#log.restore(turns);
    const last = turns.at(-1);
    if (last) this.#log.showFrom(last);
    const { language } = loadPreferences();
    if (language && language !== this.bootstrap.language) void this.#speak(language);
    document.addEventListener("keydown", (event) => this.#press(event));
    addEventListener("online", () => this.#notices.failure && this.#notices.say(word("online")));
    addEventListener("pagehide", () => this.#answers.stopReading());
    watchVoices(() => this.#drawAll());
    this.#host.connect({
      opened: (text) => {
        if (text && !this.#delivery.conversation.turns.length) this.#composer.fill(text);
        this.#focusIn();
      },
      ask: (text) => {
        this.#toChat();
        if (!this.#send(text)) this.#composer.fill(text);
      },
    });
    this.#delivery.resume();
  }

  #draw(): void {
    const { turns } = this.#delivery.conversation;
    const state = {
      preferences: this.#preferences,
      languages: this.bootstrap.languages,
      canRead: hasChineseVoice(),
      hasTurns: turns.length > 0,
      hasReplies: turns.some((turn) => turn.reply),
      isFramed: this.#isFramed,
      isInMain: this.root.closest("main") !== null,
      isMenuOpen: this.#menu.isOpen,
      isRating: this.#rating.stage !== null,
      status: this.#notices.waiting && word(this.#notices.waiting),
      toast: this.#notices.toast,
    };
    const parts = {
      greeting: turns.length ? null : greeting(this.bootstrap, (text) => this.#askByButton(text)),
      failure: failure(this.#notices.failure, () => this.#retry()),
      foot: this.#rating.stage ? rating(this.#rating.stage, this.#ratingActions()) : this.#composer.template(this.#delivery.isBusy),
    };
    render(shell(state, this.#shellActions(), parts), this.root);
  }

  #drawAll(): void {
    this.#draw();
    this.#log.refreshAll();
  }

  // What the visitor does

  #send(text: string): boolean {
    if ([...text.trim()].length > this.bootstrap.limit) {
      this.#notices.refused(word("too_long", { limit: this.bootstrap.limit }));
      this.#log.showEnd();
      return false;
    }
    return this.#delivery.ask(text);
  }

  /** A button that leaves the page with its use must not take the focus along. */
  #askByButton(text: string): void {
    if (this.#send(text)) this.#focusIn();
  }

  /** To where one types, but not on a touch screen: its keyboard would cover what there is to read. */
  #focusIn(): void {
    if (matchMedia("(pointer: coarse)").matches) part(this.root, ".app").focus();
    else this.#composer.focus();
  }

  #retry(): void {
    this.#delivery.retry();
    this.#composer.focus();
  }

  #startOver(): void {
    this.#answers.stopReading();
    this.#delivery.startOver();
    this.#givenUp.clear();
    this.#log.clear();
    this.#notices.clear();
    this.#toChat();
  }

  #toChat(): void {
    this.#rating.close();
    this.#menu.close();
    this.#draw();
    this.#composer.focus();
  }

  #prefer(change: Partial<Preferences>): void {
    if (change.language) return void this.#speak(change.language);
    this.#preferences = { ...this.#preferences, ...change };
    keepPreferences(change);
    applyPreferences(this.#preferences);
    if (change.reads === false) this.#answers.stopReading();
    this.#drawAll();
  }

  async #speak(language: Language): Promise<void> {
    try {
      this.bootstrap = await fetchBootstrap(language);
    } catch {
      return this.#notices.say(word("language_failed"));
    }
    useWords(language, this.bootstrap.wording);
    this.#preferences = { ...this.#preferences, language };
    keepPreferences({ language });
    applyPreferences(this.#preferences);
    this.#drawAll();
  }

  #press(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (this.#menu.isOpen) this.#menu.leave();
    else if (this.#rating.stage) this.#toChat();
    else this.#host.tell("close");
  }

  // What comes back

  #answered(turn: Turn, reply: Reply): void {
    this.#notices.wait("");
    this.#log.addReply(turn, reply);
    this.#log.showFrom(turn);
    this.#host.tell("unread");
    this.#answers.arrived(turn, reply);
  }

  /** A question that can never be sent as it is goes back to where it was typed. */
  #takenBack(turn: Turn, reason: string): void {
    this.#log.remove(turn);
    this.#notices.refused(reason || word("error_rejected"));
    this.#log.showEnd();
    if ("message" in turn.body && !this.#composer.input?.value) this.#composer.fill(turn.text);
    this.#composer.focus();
  }

  // How the parts reach us

  #reactions(): ConstructorParameters<typeof Delivery>[0] {
    return {
      asked: (turn) => {
        this.#draw();
        this.#log.addQuestion(turn);
      },
      waiting: (turn, isSlow) => {
        this.#notices.wait(isSlow ? "slow" : "thinking");
        if (!isSlow) this.#log.showFrom(turn);
      },
      answered: (turn, reply) => this.#answered(turn, reply),
      failed: (_, error) => {
        this.#notices.failed(error);
        this.#log.showEnd();
      },
      takenBack: (turn, error) => this.#takenBack(turn, error.message),
      givenUp: (turn) => {
        this.#givenUp.add(turn);
        this.#log.refresh(turn);
      },
    };
  }

  #answersContext(): ConstructorParameters<typeof Answers>[0] {
    return {
      hotline: this.bootstrap.hotline,
      reads: () => this.#preferences.reads,
      offersReading: () => this.#preferences.reads || this.#preferences.isElder,
      sessionId: () => this.#delivery.conversation.session_id,
      refresh: (turn) => this.#log.refresh(turn),
      refreshAll: () => this.#log.refreshAll(),
      elementsOf: (turn) => this.#log.elementsOf(turn),
      judged: () => keepConversation(this.#delivery.conversation),
      say: (text) => this.#notices.say(text),
      ask: (text) => this.#send(text),
    };
  }

  #logViews(): ConstructorParameters<typeof Log>[1] {
    return {
      question: (turn) => question(turn, this.#givenUp.has(turn)),
      reply: (turn, reply) => {
        const step = stepOf(turn, this.#delivery.conversation.turns);
        return replied(turn, reply, { ...this.#answers.stateOf(turn), step }, {
          ...this.#answers.actionsOf(turn, reply),
          choose: ({ choice_id, title }) => this.#delivery.ask(title, { choice_id }),
          leaveMatching: () => this.#send(word("leave_message")),
        });
      },
    };
  }

  #shellActions(): Parameters<typeof shell>[1] {
    const { turns } = this.#delivery.conversation;
    const closingMenu = (act: () => void) => () => {
      this.#menu.leave();
      act();
    };
    return {
      toggleMenu: () => this.#menu.toggle(),
      close: () => this.#host.tell("close"),
      prefer: (change) => this.#prefer(change),
      download: closingMenu(() => download(word("file_name"), conversationText(turns, this.bootstrap.document))),
      print: closingMenu(() => print()),
      startOver: () => this.#startOver(),
      end: () => {
        this.#menu.close();
        this.#rating.open();
      },
    };
  }

  #ratingActions(): Parameters<typeof rating>[1] {
    return {
      rate: (stars, comment) => void this.#rating.rate(stars, comment),
      goOn: () => this.#toChat(),
      startOver: () => this.#startOver(),
    };
  }
}

function part(root: ParentNode, selector: string): HTMLElement {
  return root.querySelector<HTMLElement>(selector) as HTMLElement;
}
