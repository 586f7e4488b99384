/* A form that a key opens is where the hands are next: its first field takes the focus. Escape puts
   it away, or leaves the search, and gives the list back to the keys. */
const OPENED = ".st-key-room-form:has([data-testid='stForm']), .st-key-room-call-form";
const FIELDS = "input:not([disabled]), textarea, select, button:not([disabled])";
const OPENS_WITHIN_MS = 10000;
const SETTLES_WITHIN_MS = 1500;

class Forms {
  constructor(list) {
    this.list = list;
  }

  /* Data that arrive later must not take the focus: only what this key opens, and not for long.
     A form that is drawn anew while it opens loses the focus to the page, and gets it back. */
  expect() {
    this.stop();
    const before = firstField();
    let placed = false;
    this.watching = new MutationObserver(() => {
      const field = firstField(), at = document.activeElement;
      if (!field || field === before) return;
      const isInside = field.closest(OPENED).contains(at);
      if (!isInside && (!placed || at === document.body)) field.focus();
      if (!placed) this.stopIn(SETTLES_WITHIN_MS);
      placed = true;
    });
    this.watching.observe(document.body, { childList: true, subtree: true });
    this.stopIn(OPENS_WITHIN_MS);
  }

  stopIn(milliseconds) {
    clearTimeout(this.ending);
    this.ending = setTimeout(() => this.stop(), milliseconds);
  }

  stop() {
    this.watching?.disconnect();
    clearTimeout(this.ending);
  }

  /* True when the key was ours; an open list of choices closes by itself first. */
  escape(event) {
    const from = event.composedPath()[0];
    if (!(from instanceof HTMLElement) || from.getAttribute("aria-expanded") === "true") return false;
    const opened = from.closest(OPENED);
    if (!opened && !from.closest(".st-key-q")) return false;
    this.stop();
    opened?.querySelector("[class*='-cancel'] button")?.click();
    this.list.focus();
    return true;
  }
}

/* None before all fields are there: Streamlit fetches a kind of field when it is first wanted. */
function firstField() {
  const opened = document.querySelector(OPENED);
  if (!opened || opened.querySelector("[data-testid='stSkeleton']")) return null;
  const first = opened.querySelector(FIELDS);
  if (first?.type !== "radio") return first;
  return opened.querySelector("input[type='radio']:checked") ?? first;
}

function isField(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));
}
