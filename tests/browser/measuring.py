"""How long a visitor waits."""

from __future__ import annotations

# Milliseconds from the key to the picture: a task queued in a frame's last step runs after that frame was painted.
WATCH = """() => {
    window.times = [];
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
    }));
    const seen = (selector, holds) => new Promise((done) => {
        const look = () => holds() && (observer.disconnect(), painted().then(done));
        const observer = new MutationObserver(look);
        const changes = { childList: true, subtree: true, characterData: true };
        observer.observe(document.querySelector(selector), changes);
    });
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const start = performance.now(), replies = document.querySelectorAll("li.reply").length;
        const status = seen("#status", () => document.querySelector("#status").textContent);
        const answer = seen("#log", () => document.querySelectorAll("li.reply").length > replies);
        Promise.all([status, answer]).then((ends) => window.times.push(ends.map((end) => end - start)));
    }, true);
}"""


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]
