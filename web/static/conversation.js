// What this tab remembers of the conversation. It ends with the tab; nothing is stored before the first question.

const KEY = "banshitong.conversation";

/** An unguessable id; crypto.randomUUID is missing on plain http. */
export function makeId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns {session_id, turns}; each turn is {id, body, text, reply}, reply null until it came. */
export function loadConversation() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY));
    if (stored && Array.isArray(stored.turns)) return stored;
  } catch { /* storage switched off or overwritten: start anew */ }
  // Our own id from the first turn on, or a retry of that turn would open a second session.
  return { session_id: makeId(), turns: [] };
}

export function saveConversation(conversation) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(conversation));
  } catch { /* storage off or full: the page still works until it is closed */ }
}

export function forgetConversation() {
  try {
    sessionStorage.removeItem(KEY);
  } catch { /* nothing was stored */ }
}
