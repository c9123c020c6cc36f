// Whether the menu is open: its button, a press beside it and Escape decide.

export class MenuDesk {
  isOpen = false;

  constructor(private readonly changed: () => void) {
    document.addEventListener("pointerdown", ({ target }) => {
      if (!(target as Element).closest("#menu, #menu-button")) this.close();
    });
  }

  toggle(): void {
    this.isOpen = !this.isOpen;
    this.changed();
  }

  close(): void {
    if (this.isOpen) this.toggle();
  }

  /** Closes it from inside: the focus goes back to the button. */
  leave(): void {
    this.close();
    document.getElementById("menu-button")?.focus();
  }
}
