/* The messages of an incident. What residents wrote goes in as text, never as markup. */
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".talk");
  list.ariaLabel = data.words.list;
  list.replaceChildren(...data.rows.map((row) => draw(row, data, setTriggerValue)));
}

function draw(row, data, trigger) {
  const item = make("li", "message");
  const head = make("div", "head");
  if (row.who) head.append(make("b", "", row.who));
  head.append(make("span", "group", row.group), make("time", "", row.at));
  head.lastChild.title = row.at_exact;
  if (row.urgent) head.append(make("span", "urgent", data.words.urgent));
  if (row.may_see) {
    const button = make("button", "", data.words.original);
    button.type = "button";
    button.onclick = () => trigger("original", row.id);
    head.append(button);
  }
  const text = make("p", "text");
  for (const [words, marked] of row.text) text.append(marked ? make("mark", "", words) : words);
  if (!row.text.length) text.append(make("i", "", data.words.erased));
  item.append(head, text);
  if (row.role) item.classList.add(row.role);
  if (row.strength) item.append(drawLink(row));
  if (row.grounds) item.append(make("div", "why", row.grounds));
  if (row.retracts) item.append(make("div", "why", row.retracts));
  if (row.forwarded) item.append(make("div", "why", row.forwarded));
  if (row.runner_up) item.append(make("div", "why", row.runner_up));
  if (row.may_correct) item.append(drawCorrections(row, data.words, trigger));
  return item;
}

/* Where else it may belong is one press away; anything else is asked. */
function drawCorrections(row, words, trigger) {
  const box = make("div", "correct");
  if (row.other) box.append(press(row.move, () => trigger("move", [row.id, row.other])));
  box.append(press(words.not_here, () => trigger("not_here", row.id)));
  return box;
}

function press(text, act) {
  const button = make("button", "", text);
  button.type = "button";
  button.onclick = act;
  return button;
}

function drawLink(row) {
  const why = make("div", "why");
  const bar = make("span", "bar");
  bar.style.setProperty("--share", row.share);
  bar.title = row.strength;
  why.append(bar, make("span", "", [row.strength, row.reasons].filter(Boolean).join(" · ")));
  return why;
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
