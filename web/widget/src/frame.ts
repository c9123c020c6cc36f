// The conversation's app, in the widget's frame or on a page of its own.

import { App } from "./app.js";
import { readBootstrap } from "./bootstrap.js";
import { readBrand } from "./colour.js";

const root = document.getElementById("app");
const brand = readBrand(document.documentElement.dataset.color);
if (brand) {
  document.documentElement.style.setProperty("--brand", brand.fill);
  document.documentElement.style.setProperty("--on-brand", brand.ink);
}
if (root) new App(root, readBootstrap()).start();
