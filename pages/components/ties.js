/* The graph of an incident: circles in order of time, arcs to what each message rests on. Every arc
   is also a line of words beside it; what residents wrote goes in as text, never as markup. */
/* The namespace as the browser knows it: no file of ours holds anything that looks like an address. */
const SVG = new DOMParser().parseFromString("<svg></svg>", "text/html").body.firstChild.namespaceURI;
const AT = 64;
const RADIUS = 10;
const SURE = 0.8;

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".ties");
  const list = box.querySelector("ol");
  const svg = box.querySelector("svg");
  list.ariaLabel = data.words.title;
  const order = new Map(data.rows.map((row, place) => [row.id, place]));
  list.replaceChildren(...data.rows.map((row) => draw(row, order, data.words, setTriggerValue)));
  const paint = () => drawGraph(svg, list, data.rows, order);
  paint();
  const watching = new ResizeObserver(paint);
  watching.observe(list);
  return () => watching.disconnect();
}

function draw(row, order, words, trigger) {
  const item = make("li", "");
  item.dataset.id = row.id;
  item.tabIndex = 0;
  const head = make("div", "head");
  head.append(make("b", "", String(order.get(row.id) + 1)), make("span", "", row.when), make("span", "", row.group));
  item.append(head, make("div", "text", row.text));
  item.append(make("div", row.share < SURE && !row.by_hand ? "why doubt" : "why", row.link));
  for (const tie of row.ties) item.append(make("div", "why", `→ ${order.get(tie.to) + 1}: ${tie.line}`));
  if (!row.ties.length && order.get(row.id) === 0) item.append(make("div", "why", words.first));
  if (row.runner_up) item.append(make("div", "why", row.runner_up));
  if (row.other) {
    const button = make("button", "", row.move);
    button.type = "button";
    button.onclick = () => trigger("move", [row.id, row.other]);
    item.append(button);
  }
  const light = (on) => lightUp(item, on);
  item.onmouseenter = item.onfocus = () => light(true);
  item.onmouseleave = item.onblur = () => light(false);
  return item;
}

function drawGraph(svg, list, rows, order) {
  const heights = [...list.children].map((item) => item.offsetTop + RADIUS + 4);
  svg.setAttribute("height", list.offsetHeight);
  svg.replaceChildren();
  for (const row of rows) {
    const here = heights[order.get(row.id)];
    for (const tie of row.ties) svg.append(arc(row, tie, here, heights[order.get(tie.to)]));
  }
  for (const row of rows) {
    const place = order.get(row.id);
    const circle = shape("circle", { cx: AT, cy: heights[place], r: RADIUS });
    circle.classList.toggle("urgent", row.urgent);
    circle.classList.toggle("unsure", row.share < SURE && !row.by_hand);
    const number = shape("text", { x: AT, y: heights[place] + 4 });
    number.textContent = place + 1;
    number.classList.toggle("on-urgent", row.urgent);
    svg.append(circle, number);
  }
}

function arc(row, tie, here, there) {
  const out = Math.min(AT - 8, 12 + Math.abs(here - there) / 6);
  const line = shape("path", {
    d: `M ${AT - RADIUS} ${here} C ${AT - out} ${here}, ${AT - out} ${there}, ${AT - RADIUS} ${there}`,
    "stroke-width": (0.8 + 2.8 * tie.share).toFixed(1),
  });
  line.classList.toggle("weak", tie.share < 0.5);
  line.dataset.from = row.id;
  line.dataset.to = tie.to;
  const title = document.createElementNS(SVG, "title");
  title.textContent = tie.line;
  line.append(title);
  return line;
}

/* What a message rests on, and what rests on it, stands out while it is looked at. */
function lightUp(item, on) {
  const id = item.dataset.id;
  const box = item.closest(".ties");
  for (const line of box.querySelectorAll("path")) {
    const own = line.dataset.from === id || line.dataset.to === id;
    line.classList.toggle("faded", on && !own);
    if (own) {
      const other = line.dataset.from === id ? line.dataset.to : line.dataset.from;
      box.querySelector(`li[data-id="${other}"]`)?.classList.toggle("lit", on);
    }
  }
}

function shape(name, values) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  return element;
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
