// What leaves the page: the clipboard, a file, the printer.

/** Copies; false if the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard's API is missing on plain http and in a frame that was not allowed it. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const { activeElement } = document;
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (activeElement instanceof HTMLElement) activeElement.focus();
  return isCopied;
}

export function download(name: string, text: string): void {
  const link = document.createElement("a");
  // The mark at the beginning tells old editors that the file is UTF-8.
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Prints the conversation, or only one answer with its question. */
export function print(only: readonly Element[] = []): void {
  const root = document.documentElement;
  root.classList.toggle("prints-one", only.length > 0);
  only.forEach((element) => element.classList.add("printed"));
  addEventListener(
    "afterprint",
    () => {
      root.classList.remove("prints-one");
      only.forEach((element) => element.classList.remove("printed"));
    },
    { once: true },
  );
  window.print();
}
