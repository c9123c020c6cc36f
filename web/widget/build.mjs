// Bundles the loader and the frame's app into dist/, and fails when either is larger than its budget.
// Usage: node build.mjs

import { build } from "esbuild";
import { mkdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const DIST = new URL("./dist/", import.meta.url);
const BUDGETS = [
  { name: "loader", files: ["loader.js"], bytes: 5 * 1024 },
  { name: "frame", files: ["frame.js", "frame.css"], bytes: 35 * 1024 },
];
const SHARED = {
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  outdir: "dist",
  logLevel: "warning",
};

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST);
await Promise.all([
  build({ ...SHARED, entryPoints: ["src/loader.ts"], format: "iife", target: "es2019" }),
  build({ ...SHARED, entryPoints: ["src/frame.ts"], format: "esm", target: "es2022" }),
  build({ ...SHARED, entryPoints: { frame: "src/styles/frame.css" }, target: ["chrome111", "firefox113", "safari16.4"] }),
]);

let isOver = false;
for (const { name, files, bytes } of BUDGETS) {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(new URL(file, DIST))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parts = files.map((file, index) => `${file} ${sizes[index]}`).join(" + ");
  isOver ||= total > bytes;
  console.log(`${name}: ${parts} = ${total} bytes gzip, budget ${bytes}${total > bytes ? ": TOO LARGE" : ""}`);
}
if (isOver) process.exitCode = 1;
