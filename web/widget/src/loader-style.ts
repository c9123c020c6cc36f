// The launcher's and the panel's looks. A constructed style sheet passes a host's `style-src 'self'`; a <style> does not.

export const STYLE = `
:host { all: initial !important; }
aside { font: 16px/1.5 "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; color-scheme: light; --ground: #faf8f3; --line: #8b8a82; --text: #1e2629; --link: #0d5b63; }
.dark { color-scheme: dark; --ground: #15191b; --line: #7d8689; --text: #e7e4dc; --link: #7fcbcd; }
aside:lang(zh-Hant) { font-family: "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", system-ui, sans-serif; }
[hidden] { display: none !important; }
button { position: fixed; z-index: 2147483001; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px; min-width: 56px; min-height: 56px; padding: 0 22px 0 18px; font: inherit; font-weight: 600; letter-spacing: .04em; color: var(--ink); background: var(--fill); border: 2px solid transparent; border-radius: 28px; box-shadow: 0 2px 4px rgba(20, 26, 28, .2), 0 8px 24px rgba(20, 26, 28, .2); cursor: pointer; }
button:hover { box-shadow: 0 2px 4px rgba(20, 26, 28, .25), 0 10px 32px rgba(20, 26, 28, .32); }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: -6px; box-shadow: 0 0 0 3px var(--fill), 0 0 0 6px var(--ink); }
svg { flex: none; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.unread::after { content: ""; position: absolute; top: 0; right: 6px; width: 14px; height: 14px; background: #c4281b; border: 2px solid #fff; border-radius: 50%; }
.panel { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right)); bottom: 92px; width: 408px; height: min(700px, calc(100vh - 112px)); display: flex; background: var(--ground); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 4px 12px rgba(20, 26, 28, .14), 0 18px 56px rgba(20, 26, 28, .24); overflow: hidden; }
.elder button { min-height: 72px; font-size: 24px; border-radius: 36px; }
.elder .panel { width: min(560px, calc(100vw - 40px)); bottom: 108px; height: min(860px, calc(100vh - 128px)); }
.left button, .left .panel { right: auto; left: max(20px, env(safe-area-inset-left)); }
iframe { flex: 1; width: 100%; border: 0; color-scheme: auto; }
p { margin: auto; padding: 24px; color: var(--text); }
a { display: inline-flex; align-items: center; min-height: 44px; color: var(--link); text-underline-offset: .2em; }
@media (prefers-color-scheme: dark) {
  .auto { color-scheme: dark; --ground: #15191b; --line: #7d8689; --text: #e7e4dc; --link: #7fcbcd; }
}
@media (max-width: 639.98px) {
  .panel, .elder .panel { inset: 0 auto auto 0; width: 100vw; height: 100vh; border: 0; border-radius: 0; }
  .open button { display: none; }
  .failed button { display: flex; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
}
@media print { aside { display: none; } }
`;
