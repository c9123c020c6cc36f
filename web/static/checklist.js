// Printing needs a script; without one the browser's own menu prints the page as well.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
