/* The list of conversations. What arrives changes what a row says, but moves nothing: rows that are
   new or would move wait behind a button. What residents wrote goes in as text, never as markup. */
const ASK_EVERY_MS = 1500;

export default function (component) {
  const root = component.parentElement;
  const list = root.hnmThreads ?? (root.hnmThreads = new Threads(root));
  list.update(component);
  return () => list.leave();
}

class Threads {
  constructor(root) {
    this.list = root.querySelector(".threads");
    this.fresh = root.querySelector(".fresh");
    this.drawn = new Map();
    this.order = [];
    this.wait = 500;
    this.list.addEventListener("click", (event) => this.open(event.target.closest("li")?.dataset.id));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.fresh.addEventListener("click", () => this.adopt());
    this.connect();
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => this.gone && this.socket?.close(), 1000);
  }

  update({ data, setTriggerValue }) {
    this.gone = false;
    this.trigger = setTriggerValue;
    const anew = this.data?.filters !== data.filters || this.order.length === 0;
    const moved = this.data?.selected !== data.selected;
    this.data = data;
    this.rows = new Map(data.rows.map((row) => [row.id, row]));
    if (anew || moved) this.at = data.selected;
    if (anew) this.order = data.rows.map((row) => row.id);
    this.draw();
  }

  /* Takes the newest order: only when somebody asks for it. */
  adopt() {
    this.order = this.data.rows.map((row) => row.id);
    this.draw();
    this.list.scrollTop = 0;
    this.list.focus();
  }

  /* Rows that are gone from the view stay, greyed, until the order is taken anew. */
  draw() {
    const { words } = this.data;
    this.list.ariaLabel = words.list;
    const kept = this.order.filter((id) => this.rows.has(id) || this.drawn.has(id));
    const items = kept.map((id) => this.item(id));
    for (const id of this.drawn.keys()) if (!kept.includes(id)) this.drawn.delete(id);
    items.forEach((item, place) => {
      if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null);
    });
    while (this.list.children.length > items.length) this.list.lastElementChild.remove();
    const now = this.data.rows.map((row) => row.id);
    const news = now.filter((id) => !this.order.includes(id)).length;
    const differs = news > 0 || now.join() !== kept.filter((id) => this.rows.has(id)).join();
    this.fresh.hidden = !differs;
    this.fresh.textContent = news ? words.fresh.replace("{count}", news) : words.moved;
    this.mark();
  }

  item(id) {
    const row = this.rows.get(id);
    const known = this.drawn.get(id);
    if (!row) { known.classList.add("left"); return known; }
    const drawn = JSON.stringify(row);
    if (known?.drawn === drawn) { known.classList.remove("left"); return known; }
    const item = known ?? make("li");
    item.drawn = drawn;
    item.id = `thread-${id.replace(".", "-")}`;
    item.dataset.id = id;
    item.setAttribute("role", "option");
    item.className = [row.waits, row.unread ? "unread" : "", row.urgent ? "urgent" : ""].filter(Boolean).join(" ");
    item.replaceChildren(...this.parts(row));
    this.drawn.set(id, item);
    return item;
  }

  parts(row) {
    const { words } = this.data;
    const head = make("div", "head");
    if (row.unread) head.append(make("span", "dot", words.unread));
    head.append(make("b", "title", row.title));
    if (row.urgent) head.append(make("span", "flag", words.urgent));
    const at = make("time", "", row.at);
    at.title = row.at_exact;
    head.append(at);
    const whom = make("div", "whom", `${row.whom} · ${row.channel}`);
    const last = make("div", "last", `${row.ours ? `${words.us} ` : ""}${row.last}`);
    return [head, whom, last, make("div", "waits", row.waits_word)];
  }

  mark() {
    for (const [id, item] of this.drawn) {
      item.setAttribute("aria-selected", String(id === this.data.selected));
      item.classList.toggle("at", id === this.at);
    }
    const item = this.drawn.get(this.at);
    if (item) this.list.setAttribute("aria-activedescendant", item.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const ids = this.order.filter((id) => this.rows.has(id));
    const place = ids.indexOf(this.at);
    const to = { ArrowDown: place + 1, j: place + 1, ArrowUp: place - 1, k: place - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to !== undefined && !event.ctrlKey && !event.metaKey) {
      this.at = ids[Math.min(Math.max(to, 0), ids.length - 1)];
      this.mark();
      this.drawn.get(this.at)?.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      this.open(this.at);
      event.preventDefault();
    }
  }

  open(id) {
    if (!id || !this.rows.has(id)) return;
    this.at = id;
    this.mark();
    this.trigger("opened", id);
  }

  connect() {
    const address = new URL("/events", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.socket.onmessage = (event) => {
      this.wait = 500;
      const { revision } = JSON.parse(event.data);
      if (typeof revision === "number" && revision !== this.data?.revision) this.ask(revision);
    };
    this.socket.onclose = () => {
      if (this.gone) return;
      this.wait = Math.min(this.wait * 2, 10000);
      setTimeout(() => this.gone || this.connect(), this.wait);
    };
  }

  /* The newest is enough; no more often than the limit. */
  ask(revision) {
    this.wanted = revision;
    if (this.asking) return;
    this.asking = setTimeout(() => {
      this.asking = null;
      if (!this.gone && this.wanted !== this.data.revision) this.trigger("news", this.wanted);
    }, ASK_EVERY_MS);
  }
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
