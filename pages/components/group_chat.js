/* A group's conversation. What residents wrote goes in as text, never as markup. */
const ASK_AFTER_MS = 1500;

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".chat");
  const below = parentElement.querySelector(".below");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const other = list.dataset.group !== data.group;
  const more = data.rows.length > Number(list.dataset.count ?? 0);
  list.dataset.group = data.group;
  list.dataset.count = data.rows.length;
  list.ariaLabel = data.words.list;
  list.classList.toggle("short", data.is_short);
  below.textContent = data.words.below;
  below.onclick = () => { list.scrollTop = list.scrollHeight; below.hidden = true; list.focus(); };
  list.onscroll = () => {
    if (list.scrollHeight - list.scrollTop - list.clientHeight < 60) below.hidden = true;
  };
  arrange(list, data, other, setTriggerValue);
  if (atEnd || other) { list.scrollTop = list.scrollHeight; below.hidden = true; }
  else if (more) below.hidden = false;
  clearInterval(list.hnmCounting);  /* its own clean-up may come after this has begun */
  const counting = list.hnmCounting = setInterval(() => count(list, data.words, setTriggerValue), 500);
  count(list, data.words, () => {});
  return () => clearInterval(counting);
}

/* What has not changed stays as it is, so that neither focus nor a selection is lost. */
function arrange(list, data, other, trigger) {
  const known = other || !list.known ? new Map() : list.known;
  const kept = new Map();
  let day = null;
  const take = (key, made, drawn) => {
    const same = known.get(key);
    const item = same && same.drawn === drawn ? same : made();
    item.drawn = drawn;
    kept.set(key, item);
    return item;
  };
  const items = data.rows.flatMap((row) => {
    const key = `${row.ours ? "t" : "m"}${row.id}`;
    const item = take(key, () => draw(row, data.words, trigger), JSON.stringify([row, data.words]));
    if (row.day === day) return [item];
    day = row.day;
    return [take(`d${day}`, () => make("li", "day", row.day), row.day), item];
  });
  items.forEach((item, place) => {
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
  while (list.children.length > items.length) list.lastElementChild.remove();
  list.known = kept;
}

function draw(row, words, trigger) {
  const item = make("li", row.ours ? "bubble ours" : "bubble");
  if (row.state) item.classList.add(row.state);
  const head = make("div", "head");
  head.append(make("b", "", row.who));
  if (row.what) head.append(make("span", "what", row.what));
  head.append(make("time", "", row.at));
  head.lastChild.title = row.at_exact;
  const text = make("p", "text", row.text || words.erased);
  const foot = make("div", "foot");
  if (row.state) {
    const state = make("span", "state", row.state_word);
    if (row.due_ms) state.dataset.due = row.due_ms;
    state.dataset.word = row.state_word;
    if (row.state_exact) state.title = row.state_exact;
    foot.append(state);
  }
  for (const [id, label] of row.incidents) foot.append(press(label, "link", () => trigger("opened", id)));
  if (row.ours) {
    foot.append(press(words.copy, "", (button) => copy(row.text, text, button, words)));
    if (row.may_post) foot.append(press(words.posted, "strong", () => trigger("posted", row.id)));
    if (row.may_take_back) foot.append(press(words.not_posted, "", () => trigger("not_posted", row.id)));
    if (row.may_undo) foot.append(press(words.undo, "strong", () => trigger("undo", row.id)));
    if (row.may_retry) foot.append(press(words.retry, "strong", () => trigger("retry", row.id)));
  }
  item.append(head, text);
  if (row.why) item.append(make("p", "why", row.why));
  item.append(foot);
  return item;
}

/* Counts down to when a text leaves; asks once for what became of it. */
function count(list, words, trigger) {
  let due = false;
  for (const state of list.querySelectorAll("[data-due]")) {
    const left = Number(state.dataset.due) - (window.hnmNow?.() ?? Date.now());
    const seconds = Math.max(0, Math.ceil(left / 1000));
    state.textContent = left > 0 ? words.leaves.replace("…", seconds) : state.dataset.word;
    if (left < -ASK_AFTER_MS && !state.dataset.asked) {
      state.dataset.asked = "1";
      due = true;
    }
  }
  if (due) trigger("due", Date.now());
}

async function copy(text, body, button, words) {
  const range = document.createRange();
  range.selectNodeContents(body);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words.copied;
  } catch {
    button.textContent = words.selected;
  }
}

function press(label, name, act) {
  const button = make("button", name, label);
  button.type = "button";
  button.onclick = () => act(button);
  return button;
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
