// The embedding page's side of the frame: whom to believe, and what to tell it.

import { isOurs, type FrameMessage } from "./protocol.js";

export interface HostReactions {
  /** The panel was opened; `question` is to be filled in, if there is one. */
  opened(question: string): void;
  ask(text: string): void;
}

/** Whether an origin is one of the hosts; `https://*.example.gov.cn` stands for all its subdomains, on the same port. */
function isHost(origin: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => {
    const [scheme, suffix] = host.split("//*");
    if (suffix === undefined) return host === origin;
    const start = `${scheme}//`;
    return origin.startsWith(start) && origin.endsWith(suffix) && origin.length > start.length + suffix.length;
  });
}

export class Host {
  #origin = "*";

  constructor(
    private readonly isFramed: boolean,
    private readonly hosts: readonly string[],
  ) {}

  /** Listens, and says that the frame is there. */
  connect(react: HostReactions): void {
    if (!this.isFramed) return;
    window.addEventListener("message", ({ source, origin, data }: MessageEvent<unknown>) => {
      if (source !== window.parent || !isHost(origin, this.hosts) || !isOurs(data)) return;
      this.#origin = origin;
      const text = typeof data.text === "string" ? data.text : "";
      if (data.type === "opened") react.opened(text);
      if (data.type === "ask") react.ask(text);
    });
    this.tell("ready");
  }

  /** Until the embedding page has spoken its origin is not known; no message holds anything of the conversation. */
  tell(type: FrameMessage["type"]): void {
    if (this.isFramed) window.parent.postMessage({ banshitong: 1, type } satisfies FrameMessage, this.#origin);
  }
}
