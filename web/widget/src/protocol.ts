// What the loader and the frame say to each other by postMessage.

/** From the loader; `text` is a question: with "opened" one to fill in, with "ask" one to send. */
export interface HostMessage {
  banshitong: 1;
  type: "opened" | "ask";
  text?: string;
}

export interface FrameMessage {
  banshitong: 1;
  type: "ready" | "close" | "unread";
}

/** Whether a message is one of ours; its origin and source must have been checked before. */
export function isOurs(message: unknown): message is { banshitong: 1; type: string; text?: unknown } {
  return typeof message === "object" && message !== null && "banshitong" in message && message.banshitong === 1;
}
