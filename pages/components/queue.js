/* The queue: rows by incident id, text through textContent only, times kept by the browser.
   One WebSocket tells that something is new; Python is asked at most twice a second. */
const ASK_EVERY_MS = 500;
const SILENT_AFTER_MS = 10000;
const BEHIND_AFTER_S = 30;
const MOST_UNANSWERED = 4;
const LONGEST_CHOICE_MS = 5000;
const ANEW_EVERY_MS = 30000;

export default function (component) {
  const root = component.parentElement;
  const queue = root.hnmQueue ?? (root.hnmQueue = new Queue(root));
  queue.update(component);
  return () => queue.leave();
}

class Queue {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.list = this.find(".list");
    this.rows = new Map();
    this.heardAt = 0;
    this.lag = 0;
    this.known = null;
    this.asking = null;
    this.unanswered = 0;
    this.wait = 500;
    this.gone = false;
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.list.addEventListener("click", (event) => this.click(event));
    this.find(".sound").addEventListener("click", () => this.sound.toggle());
    this.find(".help").addEventListener("click", () => this.help());
    this.sound = new Sound(this.find(".sound"));
    this.forms = new Forms(this.list);
    this.others = {};
    this.ticking = setInterval(() => this.tick(), 1000);
    this.connect();
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => {
      if (!this.gone) return;
      clearInterval(this.ticking);
      document.removeEventListener("keydown", this.onKey);
      this.forms.stop();
      this.socket?.close();
    }, 1000);
  }

  update({ data, setTriggerValue }) {
    this.gone = false;
    this.trigger = setTriggerValue;
    const { given, rows } = JSON.parse(new TextDecoder().decode(data));
    data = { ...given, rows };
    if (this.data?.revision !== data.revision) this.unanswered = 0;
    this.data = data;
    this.topics = data.topics;
    this.words = data.words;
    if (this.chosen === undefined || data.selected !== this.given) this.chosen = data.selected;
    this.given = data.selected;
    this.draw();
    this.tick();
  }

  draw() {
    const first = this.known === null;
    const wanted = new Set(this.data.rows.map((row) => row.id));
    for (const [id, item] of this.rows) {
      if (!wanted.has(id)) { item.remove(); this.rows.delete(id); }
    }
    let previous = null;
    for (const row of this.data.rows) {
      let item = this.rows.get(row.id);
      if (!item) {
        item = this.build(row.id);
        this.rows.set(row.id, item);
        if (!first && !this.known.has(row.id)) item.classList.add("fresh");
      }
      this.fill(item, row);
      const place = previous ? previous.nextSibling : this.list.firstChild;
      if (place !== item) this.list.insertBefore(item, place);
      previous = item;
    }
    this.known = this.known ?? new Set();
    for (const id of wanted) this.known.add(id);
    this.mark();
    const empty = this.find(".empty");
    empty.hidden = this.data.rows.length > 0;
    empty.textContent = this.data.words.empty;
    this.list.hidden = !empty.hidden;
    this.find(".keys").textContent = this.data.words.keys;
    this.sound.name(this.data.words);
    const help = this.find(".help");
    help.title = help.ariaLabel = this.data.words.help;
    this.list.ariaLabel = this.data.words.list;
    this.find(".more").textContent = this.data.words.more;
    this.find(".more").hidden = !this.data.words.more;
  }

  build(id) {
    const item = document.createElement("li");
    item.id = `incident-${id}`;
    item.dataset.id = id;
    item.setAttribute("role", "option");
    for (const name of ["mark", "what", "urgent", "age", "where", "due", "state", "size", "others"]) {
      const part = document.createElement("span");
      part.className = name;
      item.append(part);
    }
    item.parts = Object.fromEntries([...item.children].map((part) => [part.className, part]));
    return item;
  }

  fill(item, row) {
    const drawn = JSON.stringify(row) + this.data.language;
    if (item.drawn === drawn) return;
    item.drawn = drawn;
    const topic = this.topics[row.topic];
    const { mark, what, urgent, where, state, size } = item.parts;
    item.row = row;
    this.company(row.id);
    item.classList.toggle("is-urgent", row.urgent);
    item.classList.toggle("is-ended", row.ended);
    item.style.setProperty("--light", topic.light);
    item.style.setProperty("--dark", topic.dark);
    item.style.setProperty("--on-light", topic.on_light);
    item.style.setProperty("--on-dark", topic.on_dark);
    write(mark, topic.symbol);
    write(what, `${topic.name}`);
    write(urgent, row.urgent ? this.words.urgent : "");
    urgent.hidden = !row.urgent;
    write(where, row.where);
    write(state, row.owner ? `${row.state} · ${row.owner}` : row.state);
    write(size, `${row.residents} ${row.residents === 1 ? this.words.resident : this.words.residents}`);
    item.title = `${row.number} · ${topic.name} · ${row.where}`;
  }

  mark() {
    for (const [id, item] of this.rows) item.ariaSelected = String(id === this.chosen);
    const item = this.rows.get(this.chosen);
    if (item) this.list.setAttribute("aria-activedescendant", item.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  choose(id) {
    if (id === undefined || id === this.chosen) return;
    this.chosen = id;
    this.choseAt = Date.now();
    this.look();
    this.mark();
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
    this.rows.get(id)?.classList.remove("fresh");
    this.trigger("chosen", id);
  }

  click(event) {
    const item = event.target.closest("li");
    if (item) this.choose(Number(item.dataset.id));
  }

  key(event) {
    if (event.key === "Escape" && this.forms.escape(event)) event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.composedPath()[0])) return;
    const inList = event.composedPath().includes(this.list);
    const steps = { j: 1, k: -1 };
    if (inList) Object.assign(steps, { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity });
    if (event.key === "?") {
      this.help();
      event.preventDefault();
    } else if (event.key === "/") {
      document.querySelector(".st-key-q input")?.focus();
      event.preventDefault();
    } else if (event.key in steps) {
      this.step(steps[event.key]);
      event.preventDefault();
    } else if (event.key.length === 1) {
      this.forms.expect();
    }
  }

  step(by) {
    const ids = this.data.rows.map((row) => row.id);
    if (!ids.length) return;
    const here = ids.indexOf(this.chosen);
    if (here >= 0) this.place = here;
    /* The chosen one may have left the list; go on from where it stood. */
    const from = here >= 0 ? here : Math.min(this.place ?? 0, ids.length) - (by > 0 ? 1 : 0);
    const next = Math.max(0, Math.min(ids.length - 1, from + by));
    this.place = next;
    this.choose(ids[next]);
  }

  connect() {
    const address = new URL("/events", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.looking = undefined;
    this.socket.onopen = () => this.look();
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      if (this.gone) return;
      this.ended = event.code === 4401;
      this.wait = Math.min(this.wait * 2, 5000);
      setTimeout(() => this.gone || this.connect(), this.wait);
    };
  }

  hear(message) {
    this.heardAt = Date.now();
    this.wait = 500;
    this.lag = message.lag_s;
    this.server ??= message.server;
    if (this.server !== message.server) this.beginAnew();
    if (message.urgent?.length) this.sound.play();
    if (message.looking) {
      this.others = message.looking;
      for (const id of this.rows.keys()) this.company(id);
    }
    if (message.revision > this.data.revision) this.ask(message.revision);
    this.tick();
  }

  /* Tells the server which incident is on this screen, so that colleagues see it. */
  look() {
    const id = this.chosen ?? null;
    if (id === this.looking || this.socket?.readyState !== WebSocket.OPEN) return;
    this.looking = id;
    this.socket.send(JSON.stringify({ looking: id }));
  }

  /* Which colleagues have this incident on screen now. */
  company(id) {
    const names = this.others[id] ?? [];
    const part = this.rows.get(id)?.parts.others;
    if (!part) return;
    write(part, names.length ? `◉ ${names.join(", ")}` : "");
    part.hidden = !names.length;
    part.title = names.length ? this.words.looking.replace("{names}", names.join(", ")) : "";
  }

  /* What is due first, in words and with a shape: ▲ is late, ◔ is soon, ⏸ stands still. */
  count(item, now) {
    const part = item.parts.due;
    const due = item.row.due;
    part.hidden = !due;
    if (!due) { part.className = "due"; write(part, ""); return; }
    const paused = due.until_ms !== null && now < due.until_ms;
    const left = due.at_ms - (paused ? due.until_ms : now);
    const state = paused ? "is-paused" : left < 0 ? "is-late" : now > due.soon_ms ? "is-soon" : "";
    const words = this.words.due[due.duty];
    const said = (left < 0 ? words.late : words.left).replace("…", span(Math.abs(left), this.words));
    part.className = `due ${state}`;
    const shape = { "is-late": "▲ ", "is-soon": "◔ ", "is-paused": "⏸\uFE0E " }[state] ?? "";
    write(part, shape + (paused ? this.words.paused : said));
    part.title = `${said} (${this.exact(due.at_ms)})`;
  }

  exact(at_ms) {
    return new Date(at_ms).toLocaleString(this.data.language, {
      timeZone: this.data.zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  }

  help() {
    const dialog = this.find(".keyboard");
    if (dialog.open) { dialog.close(); return; }
    dialog.querySelector("h2").textContent = this.words.help;
    dialog.querySelector("button").textContent = this.words.close;
    const list = dialog.querySelector("dl");
    list.replaceChildren();
    for (const [key, what] of this.words.keyboard) {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
      said.textContent = what;
      list.append(term, said);
    }
    dialog.showModal();
  }

  /* At once for the first, then no more often than the limit; the newest revision is enough. */
  ask(revision) {
    this.wanted = revision;
    if (this.asking) return;
    const pause = Math.max(0, ASK_EVERY_MS - (Date.now() - (this.askedAt ?? 0)));
    this.asking = setTimeout(() => {
      this.asking = null;
      if (this.gone || this.wanted <= this.data.revision) return;
      if (this.isChoosing()) { this.askedAt = Date.now(); this.ask(this.wanted); return; }
      this.askedAt = Date.now();
      this.unanswered += 1;
      if (this.unanswered > MOST_UNANSWERED) this.beginAnew();
      else this.trigger("arrived", this.wanted);
    }, pause);
  }

  /* Streamlit keeps only the last thing a component said while it was busy: a choice that still
     waits for its answer would be lost, and its answer brings the newest rows anyway. */
  isChoosing() {
    return this.chosen !== this.given && Date.now() - (this.choseAt ?? 0) < LONGEST_CHOICE_MS;
  }

  /* The server forgot this screen: it started again, or the screen was away for long. What is
     chosen and filtered stands in the address, a draft in this tab; so load the page anew. */
  beginAnew() {
    const last = Number(sessionStorage.getItem("hnm.begun") ?? 0);
    if (Date.now() - last < ANEW_EVERY_MS) return;
    sessionStorage.setItem("hnm.begun", Date.now());
    location.reload();
  }

  tick() {
    if (!this.data) return;
    const real = Date.now();
    const now = window.hnmNow?.() ?? real;  /* an exercise has a clock of its own */
    for (const item of this.rows.values()) {
      write(item.parts.age, age(item.row.opened_ms, now, this.data.language));
      item.parts.age.title = this.exact(item.row.opened_ms);
      this.count(item, now);
    }
    this.sound.wake();
    const live = real - this.heardAt < SILENT_AFTER_MS;
    const state = this.find(".live");
    state.classList.toggle("is-live", live);
    const at = this.heardAt ? new Date(this.heardAt).toLocaleTimeString(this.data.language, { timeZone: this.data.zone }) : "–";
    write(state, (live ? this.words.live : this.words.not_live).replace("{at}", at));
    const behind = this.find(".behind");
    behind.hidden = !(live && this.lag > BEHIND_AFTER_S);
    write(behind, this.words.behind.replace("{seconds}", Math.round(this.lag)));
    const count = this.data.urgent_waiting;
    const urgent = this.find(".waiting");
    write(urgent, `${count} ${this.words.urgent_waiting}`);
    urgent.classList.toggle("some", count > 0);
    const title = document.title.replace(/^(\(\d+\)|⚠) /, "");
    const wanted = live ? (count ? `(${count}) ${title}` : title) : `⚠ ${title}`;
    if (document.title !== wanted) document.title = wanted;
  }
}

/* Two notes when something urgent arrives. A browser lets a page sound after a click in it, and not
   before: after a reload the bell says that it is held back, until somebody clicks. */
class Sound {
  constructor(button) {
    this.button = button;
    this.muted = localStorage.getItem("hnm.muted") === "1";
    this.playedAt = 0;
  }

  name(words) {
    this.words = words;
    if (!this.muted) this.open();
    this.show();
  }

  get isHeld() {
    return !this.muted && this.context !== undefined && this.context.state !== "running";
  }

  open() {
    if (this.context || this.isWithout) return;
    try {
      this.context = new AudioContext();
      this.context.onstatechange = () => this.show();
    } catch { this.isWithout = true; /* a machine without sound still shows colour and count */ }
  }

  /* Somebody clicked anywhere on the page since: then the browser lets it sound. */
  wake() {
    if (this.isHeld && navigator.userActivation?.hasBeenActive) this.context.resume();
  }

  show() {
    const state = this.muted ? "off" : this.isHeld ? "held" : "on";
    this.button.textContent = { off: "🔕", on: "🔔", held: `🔕 ${this.words.sound_click}` }[state];
    this.button.setAttribute("aria-pressed", String(state === "on"));
    this.button.title = this.button.ariaLabel = this.words[`sound_${state}`];
  }

  toggle() {
    if (this.isHeld) {
      this.context.resume();
      this.playedAt = 0;
      this.play();
      return;
    }
    this.muted = !this.muted;
    localStorage.setItem("hnm.muted", this.muted ? "1" : "0");
    this.show();
    if (!this.muted) this.play();
  }

  play() {
    if (this.muted || Date.now() - this.playedAt < 2000) return;
    this.playedAt = Date.now();
    this.open();
    if (!this.context || this.waits) return;
    this.waits = true;
    this.context.resume().then(() => this.sing(), () => {}).finally(() => { this.waits = false; });
    this.show();
  }

  sing() {
    if (!this.muted && !this.isHeld) [880, 660].forEach((pitch, place) => this.note(pitch, place * 0.22));
    this.show();
  }

  note(pitch, after) {
    const at = this.context.currentTime + after;
    const tone = this.context.createOscillator();
    const volume = this.context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    tone.connect(volume).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + 0.21);
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/* How long, in its largest measure: a row has little room. */
function span(ms, words) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return `< 1 ${words.min}`;
  if (minutes < 120) return `${minutes} ${words.min}`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} ${words.h}` : `${Math.floor(minutes / 1440)} ${words.d}`;
}

const formats = new Map();

function age(from, now, language) {
  const minutes = Math.max(0, Math.floor((now - from) / 60000));
  const [value, unit] = minutes < 60 ? [minutes, "minute"]
    : minutes < 48 * 60 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
  const name = language + unit;
  if (!formats.has(name)) {
    formats.set(name, new Intl.NumberFormat(language.slice(0, 2), { style: "unit", unit, unitDisplay: "short" }));
  }
  return formats.get(name).format(value);
}
