// Compares pictures with accepted ones, or accepts them.
// Usage: node compare.mjs compare|accept FOLDER < names.json
// FOLDER holds <name>.actual.png for every name; the accepted ones are looks/<name>.png beside this file.
// Prints {name: share of pixels that differ}; 1 if there is no accepted picture, or one of another size. What
// differs is marked in FOLDER/<name>.diff.png.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const require = createRequire(new URL("../../web/widget/package.json", import.meta.url));
const { PNG } = require("pngjs");
const { default: pixelmatch } = require("pixelmatch");

const ACCEPTED = new URL("./looks/", import.meta.url);
const THRESHOLD = 0.1; // of one pixel's colour: below it how letters are smoothed, above it another ground
const COLOURS = 240; // accepted pictures keep the most frequent ones, which makes them half as large

const [mode, folder] = process.argv.slice(2);
const names = JSON.parse(readFileSync(0, "utf8"));
const shares = Object.fromEntries(names.map((name) => [name, mode === "accept" ? accept(name) : compare(name)]));
console.log(JSON.stringify(shares));

function compare(name) {
  const actual = read(join(folder, `${name}.actual.png`));
  const file = new URL(`${name}.png`, ACCEPTED);
  if (!existsSync(file)) return 1;
  const accepted = read(file);
  if (accepted.width !== actual.width || accepted.height !== actual.height) return 1;
  const { width, height } = actual;
  const marked = new PNG({ width, height });
  const count = pixelmatch(accepted.data, actual.data, marked.data, width, height, { threshold: THRESHOLD });
  if (count) writeFileSync(join(folder, `${name}.diff.png`), PNG.sync.write(marked));
  return count / (width * height);
}

function accept(name) {
  mkdirSync(ACCEPTED, { recursive: true });
  writeFileSync(new URL(`${name}.png`, ACCEPTED), indexed(read(join(folder, `${name}.actual.png`))));
  return 0;
}

function read(file) {
  return PNG.sync.read(readFileSync(file));
}

/** Returns a PNG with a palette of the picture's most frequent colours; each other colour becomes the nearest. */
function indexed({ width, height, data }) {
  const counts = new Map();
  const colourAt = (pixel) => (data[4 * pixel] << 16) | (data[4 * pixel + 1] << 8) | data[4 * pixel + 2];
  for (let pixel = 0; pixel < width * height; pixel++) counts.set(colourAt(pixel), (counts.get(colourAt(pixel)) ?? 0) + 1);
  const palette = [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, COLOURS).map(([colour]) => colour);
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc(height * (width + 1)); // each row begins with its filter: none
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = places.get(colourAt(y * width + x));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8); // eight bits each, by palette
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function nearest(palette, colour) {
  const distances = palette.map((other) => channels(other).reduce((sum, value, index) => sum + (value - channels(colour)[index]) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

function channels(colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}
