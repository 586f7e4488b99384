/* A slider over time for the live map. It only says which rows show (live.between), so a step costs
   one drawing of a canvas and nothing is asked of the server. Text through textContent only. */
const HOUR_MS = 3600000;
const PAD_PX = 8;
const [ID, LAT, LON, FLAGS, AT] = [0, 1, 2, 5, 8];
const URGENT = 1;
const STEPS_A_SECOND = { calm: 1, usual: 4, fast: 12 };
const FAR = { hour: 24, day: 7 };

export default function (component) {
  const root = component.parentElement;
  const replay = root.hnmReplay ?? (root.hnmReplay = new Replay(root));
  replay.update(component.data);
  return () => replay.leave();
}

class Replay {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.root = this.find(".replay");
    this.slider = this.find(".slider");
    this.canvas = this.find(".amounts");
    this.rows = [];
    this.at = null;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.onMap = (event) => { if (event.detail.name === this.data?.map) this.attach(event.detail); };
    this.onCalm = () => this.write();
    this.listen();
  }

  listen() {
    window.addEventListener("hnm-map", this.onMap);
    this.calm.addEventListener("change", this.onCalm);
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.canvas);
    const click = { play: () => this.toggle(), back: () => this.move(-1), on: () => this.move(1),
      whole: () => this.go(null) };
    for (const [name, act] of Object.entries(click)) this.find(`.${name}`).addEventListener("click", act);
    for (const name of ["step", "mode", "speed"]) {
      this.find(`.${name}`).addEventListener("change", () => this.choose(name));
    }
    this.slider.addEventListener("input", () => { this.stop(); this.go(Number(this.slider.value)); });
    this.canvas.addEventListener("click", (event) => { this.stop(); this.go(this.under(event.offsetX)); });
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => {
      if (!this.gone) return;
      this.stop();
      this.sized.disconnect();
      window.removeEventListener("hnm-map", this.onMap);
      this.calm.removeEventListener("change", this.onCalm);
      if (this.live?.map) this.live.between(null, null);
      this.live = null;
    }, 1000);
  }

  update(data) {
    this.gone = false;
    const anew = String(this.data?.edges) !== String(data.edges);
    const spoken = this.data?.language !== data.language;
    this.data = data;
    this.cold = new Set(data.cold);
    this.areaOf = new Map(Object.entries(data.areas).flatMap(([area, ids]) => ids.map((id) => [id, area])));
    if (spoken) this.write();
    if (anew) {
      this.stop();
      this.find(".step").value = data.step;
      this.at = null;
      this.divide();
    }
    const live = window.hnmMaps?.get(data.map);
    if (live && live !== this.live) this.attach(live);
    else this.show();
  }

  attach(live) {
    if (this.live === live) return;
    this.live = live;
    live.onRows((rows) => { if (this.live === live && !this.gone) this.take(rows); });
  }

  /* New rows: how many in each step, counted once; the step that shows stays. */
  take(rows) {
    const chosen = this.live?.given?.chosen;  /* stands beside the rows, because it is drawn by itself */
    this.rows = chosen && !rows.some((row) => row[ID] === chosen[ID]) ? [...rows, chosen] : rows;
    this.count();
    this.show();
  }

  /* Days by their midnights: on two days a year they are not 24 hours long. */
  divide() {
    const { edges } = this.data;
    const isHour = this.stepName() === "hour";
    const hours = Math.max(1, Math.round((edges.at(-1) - edges[0]) / HOUR_MS));
    this.starts = isHour ? Array.from({ length: hours + 1 }, (_, n) => edges[0] + n * HOUR_MS) : edges;
    this.size = this.starts.length - 1;
    this.slider.max = this.size - 1;
    this.count();
  }

  count() {
    this.amounts = new Uint32Array(this.size);
    this.urgents = new Uint32Array(this.size);
    for (const row of this.rows) {
      const place = this.placeOf(row[AT]);
      if (place < 0 || place >= this.size) continue;
      this.amounts[place] += 1;
      if (row[FLAGS] & URGENT) this.urgents[place] += 1;
    }
  }

  placeOf(moment) {
    if (this.stepName() === "hour") return Math.floor((moment - this.starts[0]) / HOUR_MS);
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= moment) low = middle;
      else high = middle - 1;
    }
    return moment < this.starts[0] ? -1 : low;
  }

  stepName() { return this.find(".step").value || this.data.step; }
  mode() { return this.find(".mode").value || "step"; }

  choose(name) {
    if (name === "step") {
      const moment = this.at === null ? null : this.starts[this.at];
      this.divide();
      this.at = moment === null ? null : Math.max(0, Math.min(this.size - 1, this.placeOf(moment)));
    }
    this.show();
  }

  toggle() {
    if (this.playing) { this.stop(); this.show(); return; }
    if (this.at === null || this.at >= this.size - 1) this.at = -1;
    this.playing = true;
    this.before = -Infinity;
    this.sayPlay();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (!this.playing || this.gone) return;
    const pause = 1000 / (this.calm.matches ? 1 : STEPS_A_SECOND[this.find(".speed").value]);
    if (now - this.before >= pause - 4) {
      this.before = now;
      const next = this.next();
      if (next === null) { this.stop(); this.show(); return; }
      this.go(next);
    }
    this.frame = requestAnimationFrame((later) => this.tick(later));
  }

  /* What comes after this step; null at the end. Steps in which nothing began may be skipped. */
  next() {
    let place = this.at + 1;
    if (this.find(".skip input").checked) while (place < this.size && !this.amounts[place]) place += 1;
    return place < this.size ? place : null;
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.sayPlay();
  }

  move(by) {
    this.stop();
    this.go(this.at === null ? (by > 0 ? 0 : this.size - 1) : Math.max(0, Math.min(this.size - 1, this.at + by)));
  }

  go(place) {
    if (place === null) this.stop();
    this.at = place;
    this.show();
  }

  key(event) {
    const far = FAR[this.stepName()];
    const onSlider = event.target === this.slider;
    const acts = { Escape: () => this.go(null), " ": onSlider && (() => this.toggle()),
      PageUp: onSlider && (() => this.move(far)), PageDown: onSlider && (() => this.move(-far)) };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  show() {
    if (!this.size) return;
    const began = performance.now();
    const [from, to] = this.span();
    if (this.live?.map) {
      this.warm(from, to);
      if (this.data.marks) this.live.between(from, to);
      else this.live.between(1, 0);
    }
    const said = this.said();
    this.slider.value = this.at ?? 0;
    this.slider.setAttribute("aria-valuetext", said);
    /* While it plays a screen reader would never get a word in. */
    const now = this.find(".now");
    now.setAttribute("aria-live", this.playing ? "off" : "polite");
    now.textContent = said;
    this.find(".whole").disabled = this.at === null;
    this.draw();
    this.root.dataset.at = this.at ?? "";
    this.root.dataset.stepMs = (performance.now() - began).toFixed(1);
  }

  span() {
    if (this.at === null) return [null, null];
    return [this.mode() === "until" ? this.starts[0] : this.starts[this.at], this.starts[this.at + 1] - 1];
  }

  /* The heat and the numbers beside the names follow the step; without one they are the period's. */
  warm(from, to) {
    if (!this.data.moves || !this.live.given?.heat) return;
    const within = (row) => from === null || (row[AT] >= from && row[AT] <= to);
    const rows = this.rows.filter(within);
    const counts = {};
    for (const row of rows) {
      const area = this.areaOf.get(row[ID]);
      if (area !== undefined) counts[area] = (counts[area] ?? 0) + 1;
    }
    if (this.live.given.heat !== this.heat) this.period = this.live.given.heat;
    const points = rows.filter((row) => !this.cold.has(row[ID])).map((row) => [row[LAT], row[LON], 1]);
    this.heat = from === null ? this.period : { ...this.period, counts, points };
    this.live.given.heat = this.heat;
  }

  said() {
    const { words } = this.data;
    if (this.at === null) return `${words.all}: ${this.many(this.rows.length, sum(this.urgents))}`;
    const until = this.mode() === "until";
    const amount = until ? sum(this.amounts.subarray(0, this.at + 1)) : this.amounts[this.at];
    const urgent = until ? sum(this.urgents.subarray(0, this.at + 1)) : this.urgents[this.at];
    const when = this.stepName() === "hour" ? this.hour(this.at) : this.day(this.starts[this.at]);
    return `${until ? words.until.replace("{when}", when) : when}: ${this.many(amount, urgent)}`;
  }

  many(count, urgent) {
    const { words, language } = this.data;
    const number = count.toLocaleString(language);
    const said = (count === 1 ? words.count_one : words.count_many).replace("{count}", number);
    return urgent ? `${said}, ${words.urgent.replace("{count}", urgent.toLocaleString(language))}` : said;
  }

  hour(place) {
    const time = (moment) => this.format({ hour: "2-digit", minute: "2-digit" }, moment);
    return this.data.words.hour.replace("{day}", this.day(this.starts[place]))
      .replace("{from}", time(this.starts[place])).replace("{to}", time(this.starts[place + 1]));
  }

  day(moment) {
    return this.format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }, moment);
  }

  format(options, moment) {
    const name = JSON.stringify(options) + this.data.language;
    this.formats ??= new Map();
    if (!this.formats.has(name)) {
      this.formats.set(name, new Intl.DateTimeFormat(this.data.language, { ...options, timeZone: this.data.zone }));
    }
    return this.formats.get(name).format(moment);
  }

  write() {
    if (!this.data) return;
    const { words } = this.data;
    this.root.ariaLabel = words.replay;
    this.slider.ariaLabel = words.slider;
    for (const [name, options] of [["step", ["hour", "day"]], ["mode", ["step", "until"]],
      ["speed", ["calm", "usual", "fast"]]]) {
      const list = this.find(`.${name}`);
      const now = list.value || { step: this.data.step, mode: "step", speed: "usual" }[name];
      list.replaceChildren(...options.map((option) => new Option(words[`${name}_${option}`], option)));
      list.value = now;
      list.ariaLabel = list.title = words[name];
    }
    for (const name of ["back", "on"]) {
      this.find(`.${name}`).ariaLabel = this.find(`.${name}`).title = words[name];
    }
    this.find(".skip span").textContent = words.skip;
    this.find(".whole").textContent = words.whole;
    this.find(".keys").textContent = this.calm.matches ? `${words.keys} ${words.calm}` : words.keys;
    this.find(".speed").disabled = this.calm.matches;
    this.sayPlay();
  }

  sayPlay() {
    if (!this.data) return;
    this.find(".play [aria-hidden]").textContent = this.playing ? "❚❚" : "▶";
    this.find(".play .said").textContent = this.data.words[this.playing ? "pause" : "play"];
  }

  /* How much began in each step: what is shown is in the accent colour, and the ends have a name. */
  draw() {
    const { canvas } = this;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    if (!wide || !this.size) return;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(wide * ratio)) [canvas.width, canvas.height] = [Math.round(wide * ratio), high * ratio];
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    const look = getComputedStyle(this.root);
    const room = (wide - 2 * PAD_PX) / this.size;
    const most = Math.max(1, biggest(this.amounts));
    for (let place = 0; place < this.size; place++) {
      const shown = this.at === null || (this.mode() === "until" ? place <= this.at : place === this.at);
      const tall = this.amounts[place] ? Math.max(2, (this.amounts[place] / most) * (high - 4)) : 0;
      pen.globalAlpha = shown ? 1 : 0.4;
      pen.fillStyle = shown ? look.getPropertyValue("--st-primary-color") : look.color;
      pen.fillRect(PAD_PX + place * room, high - tall, Math.max(1, room - (room > 3 ? 1 : 0)), tall);
    }
    pen.globalAlpha = 1;
    pen.fillStyle = look.color;
    if (this.at !== null) pen.fillRect(PAD_PX + (this.at + 0.5) * room - 1, 0, 2, high);
    this.find(".first").textContent = this.short(this.starts[0]);
    this.find(".last").textContent = this.short(this.starts.at(-1) - 1);
  }

  short(moment) {
    return this.format({ day: "numeric", month: "short", year: "numeric" }, moment);
  }

  under(x) {
    const room = (this.canvas.clientWidth - 2 * PAD_PX) / this.size;
    return Math.max(0, Math.min(this.size - 1, Math.floor((x - PAD_PX) / room)));
  }
}

function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function biggest(numbers) {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
