// The frame's localStorage, opened by the first message: until then everything stays in memory.
// It may be switched off, full, or written by another tab; nothing here ever throws.

const PREFIX = "banshitong.";

const remembered = new Map<string, string>();
let isOpen = hasEntries();

/** From now on things are kept beyond this page. */
export function openStore(): void {
  if (isOpen) return;
  isOpen = true;
  for (const [key, text] of remembered) write(key, text);
}

/** Returns what was kept, or null if there is nothing or it is not JSON. */
export function recall(key: string): unknown {
  try {
    return JSON.parse(remembered.get(key) ?? localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  remembered.set(key, text);
  if (isOpen) write(key, text);
}

export function forget(key: string): void {
  remembered.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Storage is off: nothing was kept.
  }
}

function write(key: string, text: string): void {
  try {
    localStorage.setItem(PREFIX + key, text);
  } catch {
    // Storage is off or full: the conversation lasts as long as this page.
  }
}

function hasEntries(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(PREFIX));
  } catch {
    return false;
  }
}
