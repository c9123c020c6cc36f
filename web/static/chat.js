// The chat of the start page: one turn at a time, safe to retry, restored on reload.

import { sendTurn, TurnError } from "./api.js";
import { forgetConversation, loadConversation, makeId, saveConversation } from "./conversation.js";
import { clone, renderQuestion, renderReply, word } from "./render.js";

const byId = (id) => document.getElementById(id);
const [log, status, failure, form, input, restart] = ["log", "status", "failure", "composer", "message", "restart"].map(byId);
const COMPOSING_KEY = 229; // Safari ends the composition before the keydown of its Enter

let conversation = loadConversation();
let pending = null; // the turn on its way
let failed = null; // the turn that got no reply yet

function ask(text, body = { message: text }) {
  if (pending || !text.trim()) return false;
  if (failed) giveUp();
  const turn = { id: makeId(), body, text, reply: null };
  conversation.turns.push(turn);
  showQuestion(turn);
  deliver(turn);
  return true;
}

async function deliver(turn) {
  [pending, failed] = [turn, null];
  failure.replaceChildren();
  status.textContent = word("thinking");
  saveConversation(conversation);
  showPlace(turn);
  try {
    turn.reply = await sendTurn({ ...turn.body, session_id: conversation.session_id, client_turn_id: turn.id });
    conversation.session_id = turn.reply.session_id ?? conversation.session_id;
    if (conversation.turns.includes(turn)) showReply(turn);
  } catch (error) {
    if (conversation.turns.includes(turn)) showFailure(turn, error);
  } finally {
    pending = null;
    status.textContent = "";
    if (conversation.turns.length) saveConversation(conversation);
  }
}

function showQuestion(turn) {
  const question = renderQuestion(turn.text);
  question.id = `turn-${turn.id}`;
  log.append(question);
  document.body.classList.add("talking");
  restart.hidden = false;
}

function showReply(turn) {
  log.append(renderReply(turn.reply, (choice) => ask(choice.title, { choice_id: choice.choice_id })));
  showPlace(turn);
}

function showPlace(turn) {
  byId(`turn-${turn.id}`).scrollIntoView({ block: "start" });
}

function showFailure(turn, error) {
  if (!(error instanceof TurnError)) throw error;
  if (!error.retriable) return takeBack(turn, error.message || word("error-rejected"));
  failed = turn;
  const wait = error.retryAfter ? word("retry-after").replace("{seconds}", error.retryAfter) : "";
  failure.replaceChildren(clone("failure", { text: word(`error-${error.kind}`) + wait }));
  failure.querySelector("button").addEventListener("click", () => {
    if (failed === turn) deliver(turn);
    input.focus();
  });
}

/** A question that can never be sent as it is goes back to where it was typed. */
function takeBack(turn, reason) {
  conversation.turns = conversation.turns.filter((other) => other !== turn);
  byId(`turn-${turn.id}`).remove();
  if (!input.value && turn.body.message) input.value = turn.text;
  failure.replaceChildren(clone("failure", { text: reason }));
  failure.querySelector("button").remove();
  input.focus();
}

/** Another question is asked instead: the failed one stays readable, without a reply. */
function giveUp() {
  byId(`turn-${failed.id}`).querySelector(".unanswered").hidden = false;
  conversation.turns = conversation.turns.filter((turn) => turn !== failed);
  failed = null;
}

function restore() {
  log.setAttribute("aria-live", "off");
  for (const turn of conversation.turns) {
    showQuestion(turn);
    if (turn.reply) showReply(turn);
    else showFailure(turn, new TurnError("interrupted"));
  }
  requestAnimationFrame(() => log.removeAttribute("aria-live"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!ask(input.value)) return;
  input.value = "";
  if (matchMedia("(pointer: coarse)").matches) input.blur(); // lets the keyboard go, so that the answer is seen
});

input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING_KEY) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-example], [data-ask]");
  if (button) ask(button.dataset.ask ?? button.textContent);
});

restart.addEventListener("click", () => {
  forgetConversation();
  conversation = loadConversation();
  failed = null;
  log.replaceChildren();
  failure.replaceChildren();
  document.body.classList.remove("talking");
  restart.hidden = true;
  input.focus();
});

restore();
