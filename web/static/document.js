// Extras of the document's pages; without them everything can still be read.

const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  const copied = document.getElementById("copied");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(`${copy.dataset.copy}\n${location.origin}${location.pathname}`);
      copied.textContent = copied.dataset.done;
    } catch {
      copied.textContent = copied.dataset.failed;
    }
  });
}

const narrow = document.querySelector(".toc-narrow");
narrow?.addEventListener("click", (event) => {
  if (event.target.closest("a")) narrow.open = false;
});

const wide = document.querySelector(".toc-wide");
if (wide) {
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const entry = wide.querySelector(`a[href="#${target.id}"]`);
      if (!isIntersecting) {
        entry.removeAttribute("aria-current");
        continue;
      }
      entry.setAttribute("aria-current", "true");
      wide.scrollTop = entry.offsetTop - wide.clientHeight / 2;
    }
  }, { rootMargin: "-20% 0px -75% 0px" }); // the line a reader's eye is on
  for (const measure of document.querySelectorAll(".measure")) observer.observe(measure);
}
