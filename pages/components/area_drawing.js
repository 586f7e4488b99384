/* Drawing an area: a click is a corner, a corner is dragged, a right click or Delete takes it away.
   Python hears of it after every change. Text through textContent only. */
const LEAFLET = "/assets/vendor/leaflet/leaflet";
const START = [[52.0148, 4.2727], [52.0445, 4.3076]];
const MOST = 1000;

export default function (component) {
  const root = component.parentElement;
  const drawing = root.hnmDrawing ?? (root.hnmDrawing = new Drawing(root));
  drawing.update(component);
  return () => drawing.leave();
}

/* Tried again when it does not come: a map that stays away is worse than one that is late. */
async function tries(make) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    const element = make();
    const came = await new Promise((done) => {
      element.onload = () => done(true);
      element.onerror = () => done(false);
    });
    if (came) return;
    element.remove();
    await new Promise((again) => setTimeout(again, pause));
  }
}

function script() {
  return tries(() => {
    const made = Object.assign(document.createElement("script"), { src: `${LEAFLET}.js` });
    document.head.append(made);
    return made;
  });
}

function sheet(root) {
  return tries(() => {
    const made = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${LEAFLET}.css` });
    root.prepend(made);
    return made;
  });
}

class Drawing {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.corners = [];
    this.past = [];
    this.closed = false;
    this.chosen = -1;
    this.find(".back").addEventListener("click", () => this.back());
    this.find(".close").addEventListener("click", () => this.close());
    this.find(".anew").addEventListener("click", () => this.become([], false));
    this.find(".ground").addEventListener("keydown", (event) => this.press(event));
    Promise.all([window.L ? null : script(), sheet(root)]).then(() => this.begin());
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => {
      if (!this.gone) return;
      this.sized?.disconnect();
      this.map?.remove();
      this.map = null;
    }, 1000);
  }

  update({ data, setStateValue }) {
    this.gone = false;
    this.tell = setStateValue;
    const anew = this.data?.mark !== data.mark;
    this.data = data;
    this.write();
    if (anew) {
      this.past = [];
      this.corners = data.corners.map((corner) => [...corner]);
      this.closed = this.corners.length > 2;
      this.chosen = -1;
    }
    if (this.map) {
      this.drawAreas();
      if (anew) this.fit();
      this.draw();
    }
  }

  write() {
    const { words } = this.data;
    for (const name of ["back", "close", "anew"]) this.find(`.${name}`).textContent = words[name];
    this.find(".hint").textContent = words.hint;
    this.find(".ground").setAttribute("aria-label", words.map);
  }

  begin() {
    if (!this.data) return;
    this.map = L.map(this.find(".ground"), {
      attributionControl: false, doubleClickZoom: false, zoomControl: false, zoomSnap: 0.5,
      minZoom: 9, maxZoom: 19,
    });
    const { zoom_in: zoomInTitle, zoom_out: zoomOutTitle } = this.data.words;
    L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(this.map);
    this.areas = L.layerGroup().addTo(this.map);
    this.shape = L.layerGroup().addTo(this.map);
    this.map.on("click", (event) => this.add(event.latlng));
    this.sized = new ResizeObserver(([{ contentRect }]) => {
      this.map?.invalidateSize();
      /* In a box that is folded away there was nothing to fit into. */
      if (this.map && !this.wide && contentRect.width) this.fit();
      this.wide = contentRect.width;
    });
    this.sized.observe(this.find(".ground"));
    this.drawAreas();
    this.fit();
    this.draw();
  }

  colour(name) {
    return getComputedStyle(this.find(".drawing")).getPropertyValue(name).trim() || "#0b4f8a";
  }

  drawAreas() {
    this.areas.clearLayers();
    for (const area of this.data.areas) {
      for (const part of area.parts) {
        L.polygon(part, { color: this.colour("--st-text-color"), weight: 1, opacity: 0.6,
          fillOpacity: 0.04, interactive: false }).addTo(this.areas);
      }
      const name = document.createElement("div");
      name.className = "name";
      name.textContent = area.name;
      L.marker(area.at, { interactive: false, keyboard: false,
        icon: L.divIcon({ className: "", html: name, iconSize: null }) }).addTo(this.areas);
    }
  }

  fit() {
    const around = this.corners.length > 2 ? this.corners : this.data.areas.flatMap((area) => area.parts.flat());
    this.map.fitBounds(around.length ? around : START, { padding: [20, 20], animate: false });
  }

  add(latlng) {
    if (this.closed || this.corners.length >= MOST) return;
    this.become([...this.corners, [round(latlng.lat), round(latlng.lng)]], false);
  }

  /* Every change keeps what was, so that it can be taken back. */
  become(corners, closed) {
    this.past.push([this.corners, this.closed]);
    [this.corners, this.closed, this.chosen] = [corners, closed, -1];
    this.draw();
    this.report();
  }

  back() {
    const before = this.past.pop();
    if (!before) return;
    [this.corners, this.closed] = before;
    this.chosen = -1;
    this.draw();
    this.report();
  }

  close() {
    if (!this.closed && this.corners.length > 2) this.become(this.corners, true);
  }

  remove(place) {
    const left = this.corners.filter((_, at) => at !== place);
    this.become(left, this.closed && left.length > 2);
  }

  press(event) {
    if (event.key === "Enter") this.close();
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.back();
    else if ((event.key === "Delete" || event.key === "Backspace") && this.corners.length) {
      this.remove(this.chosen < 0 ? this.corners.length - 1 : this.chosen);
    } else return;
    event.preventDefault();
  }

  report() {
    this.tell?.("drawn", { mark: this.data.mark, corners: this.closed ? this.corners : [] });
  }

  draw() {
    const { words } = this.data;
    this.shape.clearLayers();
    this.line = (this.closed ? L.polygon : L.polyline)(this.corners, {
      color: this.colour("--st-primary-color"), weight: 3, fillOpacity: 0.16, interactive: false,
    }).addTo(this.shape);
    this.corners.forEach((corner, place) => this.drawCorner(corner, place));
    if (this.closed && this.corners.length < 120) this.drawBetween();
    this.find(".back").disabled = !this.past.length;
    this.find(".close").disabled = this.closed || this.corners.length < 3;
    this.find(".anew").disabled = !this.corners.length;
    const state = this.closed ? "closed" : this.corners.length ? "open" : "none";
    this.find(".said").textContent = words[state].replace("{count}", this.corners.length);
  }

  marker(at, kind) {
    return L.marker(at, { draggable: true, keyboard: false,
      icon: L.divIcon({ className: kind, iconSize: kind.includes("between") ? [12, 12] : [16, 16] }) });
  }

  drawCorner(corner, place) {
    const marker = this.marker(corner, place ? "corner" : "corner first").addTo(this.shape);
    marker.on("click", (event) => {
      L.DomEvent.stop(event);
      if (place === 0 && !this.closed) this.close();
      else this.chosen = place;
    });
    marker.on("contextmenu", (event) => { L.DomEvent.stop(event); this.remove(place); });
    marker.on("drag", () => {
      const moved = this.corners.map((one, at) => (at === place ? here(marker) : one));
      this.line.setLatLngs(moved);
    });
    marker.on("dragend", () => {
      this.become(this.corners.map((one, at) => (at === place ? here(marker) : one)), this.closed);
    });
  }

  /* Half-way each side stands a faint corner: dragging it makes a new one. */
  drawBetween() {
    this.corners.forEach((corner, place) => {
      const next = this.corners[(place + 1) % this.corners.length];
      const middle = [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2];
      const marker = this.marker(middle, "corner between").addTo(this.shape);
      marker.on("dragend", () => {
        this.become([...this.corners.slice(0, place + 1), here(marker), ...this.corners.slice(place + 1)], true);
      });
    });
  }
}

function here(marker) {
  const at = marker.getLatLng();
  return [round(at.lat), round(at.lng)];
}

function round(value) {
  return Math.round(value * 1e6) / 1e6;
}
