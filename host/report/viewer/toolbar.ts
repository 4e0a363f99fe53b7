/** The bar above the charts: cell, time and reasons at the cursor, what is shown, and zoom for fingers and keys. */
import { reasonLabel, reasonOfCode } from "../reasons.js";
import { reasonColor } from "./theme.js";

export interface ToolbarEvents {
  cell(index: number): void;
  /** Magnifies around the middle; below 1 shows more. */
  magnify(factor: number): void;
  /** Moves by a share of what is shown. */
  pan(share: number): void;
  reset(): void;
}

/** Reason codes at the cursor; undefined where there is no cursor. */
export interface Binding {
  readonly charge: number | undefined;
  readonly discharge: number | undefined;
}

const HELP = "drag or Ctrl + wheel to zoom · double-click for all · arrow keys to move";

export class Toolbar {
  readonly element = document.createElement("div");
  readonly #time = document.createElement("span");
  readonly #why = document.createElement("span");
  readonly #shown = document.createElement("span");
  readonly #select = document.createElement("select");
  readonly #less: readonly HTMLButtonElement[];

  constructor(cells: readonly number[], events: ToolbarEvents) {
    this.element.className = "toolbar";
    this.#time.className = "time";
    this.#why.className = "why quiet";
    this.#shown.className = "quiet";
    this.#select.setAttribute("aria-label", "Cell");
    this.#select.append(...cells.map((cell) => new Option(`cell ${cell}`, String(cell))));
    this.#select.addEventListener("change", () => events.cell(Number(this.#select.value)));
    const button = (text: string, label: string, press: () => void) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = text;
      element.title = label;
      element.setAttribute("aria-label", label);
      element.addEventListener("click", press);
      return element;
    };
    this.#less = [
      button("←", "Earlier (arrow left)", () => events.pan(-0.5)),
      button("→", "Later (arrow right)", () => events.pan(0.5)),
      button("−", "Show more (minus)", () => events.magnify(0.5)),
      button("All", "Show the whole trace (0)", () => events.reset()),
    ];
    const buttons = document.createElement("span");
    buttons.className = "buttons";
    buttons.append(
      ...this.#less.slice(0, 3),
      button("+", "Magnify (plus)", () => events.magnify(2)),
      ...this.#less.slice(3),
    );
    if (cells.length > 1) this.element.append(this.#select);
    this.element.append(this.#time, this.#why, this.#shown, buttons);
    this.hover("", undefined);
  }

  /** What the cursor is on; without a binding, how to use the charts. */
  hover(time: string, binding: Binding | undefined): void {
    this.#time.textContent = time;
    this.#why.replaceChildren(
      ...(binding === undefined
        ? [HELP]
        : [this.#limitedBy("charge", binding.charge), this.#limitedBy("discharge", binding.discharge)]),
    );
  }

  /** Which part is shown, how finely, and whether it is all. */
  show(text: string, cell: number, whole: boolean): void {
    this.#shown.textContent = text;
    this.#select.value = String(cell);
    for (const button of this.#less) button.disabled = whole;
  }

  #limitedBy(direction: string, code: number | undefined): HTMLElement {
    const element = document.createElement("span");
    if (code === undefined) return element;
    const reason = reasonOfCode(code);
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = reasonColor(reason);
    element.append(`${direction} limited by `, swatch, reasonLabel(reason));
    return element;
  }
}
