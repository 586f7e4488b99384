/* The live map: Leaflet keeps the view; a canvas of our own draws what lies under and over it.
   Rows are compared by id: what did not change is left alone. Text through textContent only. */
const LEAFLET = "/assets/vendor/leaflet/leaflet";
const FEW = 300;
const SOUTH_WEST = [52.0148, 4.2727];
const NORTH_EAST = [52.0445, 4.3076];
/* Half of the widest mark, and how far outside the areas one still belongs to the first view. */
const MARK_PX = 26;
const AROUND = 0.25;
const [ID, LAT, LON, TOPIC, SIZE, FLAGS, LABEL, CIRCLE, AT] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [URGENT, ENDED, VAGUE, HANDED] = [1, 2, 4, 8];
const MARKS = [["urgent", URGENT], ["ended", ENDED], ["vague", VAGUE], ["handed", HANDED]];

window.hnmMaps ??= new Map();
window.hnmGrounds ??= new Map();

export default function (component) {
  const root = component.parentElement;
  const live = root.hnmLive ?? (root.hnmLive = new LiveMap(root));
  live.update(component);
  return () => live.leave();
}

/* The first try that comes through counts for all maps of the page; a failed one is tried again. */
function load(name, make) {
  const known = (window.hnmLoaded ??= new Map());
  if (!known.has(name)) known.set(name, tries(make));
  return known.get(name);
}

async function tries(make) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    const element = make();
    const came = new Promise((done) => {
      element.onload = () => done(true);
      element.onerror = () => done(false);
    });
    if (element.tagName === "SCRIPT") document.head.append(element);
    if (await came) return;
    element.remove();
    window.dispatchEvent(new Event("hnm-map-waits"));
    await new Promise((again) => setTimeout(again, pause));
  }
}

function script(address) {
  return load(address, () => Object.assign(document.createElement("script"), { src: address }));
}

/* A style sheet holds only inside the shadow root it stands in, so each map has its own. */
function sheet(root, address) {
  return tries(() => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    root.prepend(link);
    return link;
  });
}

class LiveMap {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.section = this.find(".live-map");
    this.tip = this.find(".tip");
    this.rows = [];
    this.listeners = [];
    this.marks = new Map();
    this.time = null;
    this.onWait = () => this.say("waits");
    window.addEventListener("hnm-map-waits", this.onWait);
    Promise.all([window.L ? null : script(`${LEAFLET}.js`), sheet(root, `${LEAFLET}.css`)])
      .then(() => this.begin());
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => {
      if (!this.gone) return;
      window.removeEventListener("hnm-map-waits", this.onWait);
      this.tools?.leave();
      this.sized?.disconnect();
      this.map?.remove();
      this.map = null;
      if (window.hnmMaps.get(this.name) === this) window.hnmMaps.delete(this.name);
    }, 1000);
  }

  update({ data, setTriggerValue }) {
    this.gone = false;
    this.tell = setTriggerValue;
    const { given, rows, ground } = JSON.parse(new TextDecoder().decode(data));
    if (ground) window.hnmGrounds.set(given.ground_mark, ground);
    if (!window.hnmGrounds.has(given.ground_mark)) {
      this.tell("missing", given.ground_mark);
      return;
    }
    const began = performance.now();
    this.given = given;
    this.name = given.name;
    this.words = given.words;
    this.rows = rows;
    this.chosen = given.chosen;
    if (this.map) this.draw();
    else this.say("loading");
    this.section.dataset.updateMs = (performance.now() - began).toFixed(1);
  }

  begin() {
    if (this.gone && !this.given) return;
    const L = (this.L = window.L);
    this.map = L.map(this.find(".ground"), { zoomControl: false, attributionControl: false,
      maxZoom: 19, minZoom: 10, zoomSnap: 0.1, trackResize: false, zoomAnimation: false, fadeAnimation: false });
    this.zoom = L.control.zoom({ position: "topright" }).addTo(this.map);
    this.paint = new Paint(this);
    this.tools = new Tools(this);
    this.map.on("moveend", () => this.moved());
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout movestart", () => { this.tip.hidden = true; });
    this.sized = new ResizeObserver(() => this.resized());
    this.sized.observe(this.section);
    if (this.given) this.draw();
  }

  /* Nothing fits into a box that has no size yet: it draws when it has one. */
  draw() {
    if (!this.section.clientWidth) return;
    const ground = window.hnmGrounds.get(this.given.ground_mark);
    if (this.ground !== ground) {
      this.ground = ground;
      this.colour();
      this.paint.takeGround(ground);
    }
    if (this.given.height) this.section.style.setProperty("--height", this.given.height);
    this.dress();
    this.paint.takeRows(this.shown());
    if (!this.began) this.firstView();
    this.showBasemap();
    this.showMarks();
    this.tools.show();
    this.goTo();
    this.paint.soon();
    this.say("");
    for (const listener of this.listeners) listener(this.rows);
  }

  colour() {
    for (const [name, colour] of Object.entries(this.ground.look)) {
      this.section.style.setProperty(`--${name}`, colour);
    }
    this.section.classList.toggle("is-dark", this.ground.dark);
  }

  dress() {
    const count = this.rows.length + (this.chosen ? 1 : 0);
    this.map.getContainer().ariaLabel = this.words.map.replace("{count}", count);
    for (const [name, part] of [["zoom_in", "_zoomInButton"], ["zoom_out", "_zoomOutButton"]]) {
      const button = this.zoom[part];
      button.title = button.ariaLabel = this.words[name];
    }
    const { basemap, layers } = this.given;
    const tiles = basemap && !layers.includes("no_basemap") ? basemap.credit : "";
    this.find(".credit").textContent = [this.ground.credit, tiles].filter(Boolean).join(" · ");
    this.section.dataset.count = count;
  }

  /* As this tab left it; else all areas, with the marks that lie just outside them. */
  firstView() {
    this.began = true;
    window.hnmMaps.set(this.name, this);
    const kept = sessionStorage.getItem(`hnm.view.${this.name}`);
    const [lat, lon, zoom] = kept ? JSON.parse(kept) : [];
    const everything = this.everything();
    this.aimAt(() => (kept
      ? this.map.setView([lat, lon], zoom, { animate: false })
      : this.map.fitBounds(everything, { padding: [MARK_PX, MARK_PX], animate: false })));
    window.dispatchEvent(new CustomEvent("hnm-map", { detail: this }));
  }

  everything() {
    const corners = this.ground.areas.flatMap((area) => area.parts.flat());
    const all = this.L.latLngBounds(corners.length ? corners : [SOUTH_WEST, NORTH_EAST]);
    const around = all.pad(AROUND);
    const marks = this.rows.map((row) => [row[LAT], row[LON]]);
    return marks.filter((at) => around.contains(at)).reduce((one, at) => one.extend(at), all);
  }

  /* What is shown of itself is shown again when the box gets another size, until somebody moves the map. */
  aimAt(aim) {
    this.aim = aim;
    this.steers(aim);
  }

  steers(move) {
    this.steering = true;
    move();
    this.steering = false;
  }

  moved() {
    if (this.steering) return;
    this.aim = null;
    this.keepView();
  }

  resized() {
    if (!this.map || !this.section.clientWidth) return;
    this.steers(() => this.map.invalidateSize({ animate: false }));
    if (!this.began && this.given) this.draw();
    else if (this.aim) this.steers(this.aim);
  }

  keepView() {
    const { lat, lng } = this.map.getCenter();
    sessionStorage.setItem(`hnm.view.${this.name}`, JSON.stringify([lat, lng, this.map.getZoom()]));
  }

  async showBasemap() {
    const { basemap, layers } = this.given;
    const wanted = basemap && !layers.includes("no_basemap") ? JSON.stringify(basemap) : "";
    if (wanted === (this.tiles?.mark ?? "")) return;
    this.tiles?.layer?.remove();
    const tiles = (this.tiles = { mark: wanted, layer: null });
    this.section.classList.toggle("has-basemap", Boolean(wanted));
    if (!wanted) return;
    for (const address of basemap.scripts ?? []) await script(address);
    if (this.tiles !== tiles || !this.map) return;
    const [south, west, north, east] = basemap.bounds ?? [-85, -180, 85, 180];
    tiles.layer = window.hnmBasemap?.(this.map, basemap, this.L)
      ?? this.L.tileLayer(basemap.address, { minNativeZoom: basemap.min_zoom ?? 0,
        maxNativeZoom: basemap.max_zoom ?? 19, maxZoom: 19, updateWhenIdle: false,
        bounds: [[south, west], [north, east]] });
    tiles.layer.addTo(this.map);
  }

  /* For what stands beside the map: a slider shows the rows of a while only. */
  between(from, to) {
    this.time = from === null && to === null ? null : [from ?? -Infinity, to ?? Infinity];
    if (!this.map || !this.given) return;
    this.paint.takeRows(this.shown());
    this.showMarks();
    this.paint.soon();
  }

  onRows(listener) {
    this.listeners.push(listener);
    if (this.rows.length) listener(this.rows);
  }

  shown() {
    if (!this.time) return this.rows;
    const [from, to] = this.time;
    return this.rows.filter((row) => row[AT] >= from && row[AT] <= to);
  }

  /* A few are symbols, elements of the page; many are the same symbols on the canvas. */
  showMarks() {
    const rows = this.paint.rows.length <= FEW ? this.paint.rows : [];
    this.paint.dots = rows.length === 0;
    const wanted = new Map(rows.map((row) => [row[ID], row]));
    if (this.chosen) wanted.set(this.chosen[ID], this.chosen);
    for (const [id, mark] of this.marks) {
      if (!wanted.has(id)) { mark.remove(); this.marks.delete(id); }
    }
    for (const [id, row] of wanted) this.showMark(id, row);
  }

  showMark(id, row) {
    const isChosen = id === this.chosen?.[ID];
    const drawn = `${isChosen}${this.ground.dark}${row}`;
    const before = this.marks.get(id);
    if (before?.drawn === drawn) return;
    before?.remove();
    const mark = this.L.marker([row[LAT], row[LON]], { keyboard: false, bubblingMouseEvents: true,
      zIndexOffset: isChosen ? 2000 : row[FLAGS] & URGENT ? 1000 : 0,
      icon: this.L.divIcon({ className: "", html: symbol(row, this.ground.topics, isChosen),
        iconSize: [row[SIZE], row[SIZE]] }) });
    mark.drawn = drawn;
    this.marks.set(id, mark.addTo(this.map));
  }

  click(event) {
    if (this.tools.takes(event)) return;
    const found = this.under(event);
    if (found) this.choose(found[ID]);
  }

  /* A mark, else the line to what lies near: it leads there too. */
  under({ containerPoint: at }) {
    return this.paint.nearest(at) ?? this.paint.nearestLine(at);
  }

  /* The choice shows at once; the page follows. */
  choose(id) {
    if (id === this.chosen?.[ID]) return;
    const row = this.rows.find((one) => one[ID] === id);
    if (row) {
      this.chosen = row;
      this.given.nearby = [];
      this.showMarks();
      this.paint.soon();
    }
    this.tell("chosen", id);
  }

  hover(event) {
    if (this.tools.takes(event)) return;
    const found = this.under(event);
    this.map.getContainer().style.cursor = found ? "pointer" : "";
    this.tip.hidden = !found;
    if (!found) return;
    this.tip.textContent = found[LABEL];
    const { x, y } = event.containerPoint;
    const room = this.section.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(4, Math.min(room, x + 12))}px`;
    this.tip.style.top = `${y > 60 ? y - this.tip.offsetHeight - 10 : y + 18}px`;
  }

  /* A choice made elsewhere moves the map once, if it is out of view. */
  goTo() {
    const { go_to, chosen } = this.given;
    if (!go_to || !chosen || this.went === go_to) return;
    this.went = go_to;
    const at = [chosen[LAT], chosen[LON]];
    const zoom = Math.max(this.map.getZoom(), 15);
    if (zoom === this.map.getZoom() && this.map.getBounds().pad(-0.1).contains(at)) return;
    this.aimAt(() => this.map.setView(at, zoom, { animate: false }));
    this.keepView();
  }

  say(name) {
    this.find(".state").textContent = name && this.words ? this.words[name] : "";
  }
}

function symbol(row, topics, isChosen) {
  const body = document.createElement("div");
  const { symbol: letter, colour, ink } = topics[row[TOPIC]];
  const kinds = MARKS.filter(([, bit]) => row[FLAGS] & bit).map(([name]) => name);
  body.className = ["incident", ...kinds, ...(isChosen ? ["chosen"] : [])].join(" ");
  body.style.setProperty("--colour", colour);
  body.style.setProperty("--ink", ink);
  body.textContent = letter;
  return body;
}
