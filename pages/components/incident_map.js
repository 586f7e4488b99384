/* Runs inside the map's frame, before the map is made: draws incidents from plain values.
   Only controlled words and numbers come here, and they go in as text. */
function incidentLayer(incidents, draw) {
  const layer = L.geoJSON(null, { pointToLayer: (feature, at) => draw(feature.properties, at),
    onEachFeature: (feature, mark) => describeIncident(feature.properties, mark) });
  for (const properties of incidents) {
    /* Hundreds of circles over each other say nothing. */
    if (draw === drawDot && properties.radius_m && !properties.chosen) continue;
    const [lat, lon] = properties.at;
    layer.addData({ type: "Feature", properties,
      geometry: { type: "Point", coordinates: [lon, lat] } });
  }
  return layer;
}

function drawCircle(p, at) {
  const { colour } = hnmLook.topics[p.topic];
  return L.circle(at, { radius: p.radius_m, color: colour, weight: p.chosen ? 2 : 1,
    dashArray: "6 6", fillColor: colour, fillOpacity: p.chosen ? 0.12 : 0.05,
    interactive: false });
}

function drawIncident(p, at) {
  if (p.radius_m) return drawCircle(p, at);
  const { symbol, colour, ink } = hnmLook.topics[p.topic];
  const body = document.createElement("div");
  body.className = ["incident", ...["urgent", "chosen", "vague", "ended"].filter((name) => p[name])]
    .join(" ");
  body.style.setProperty("--colour", colour);
  body.style.setProperty("--ink", ink);
  body.textContent = symbol;
  return L.marker(at, { keyboard: false, riseOnHover: true,
    zIndexOffset: p.chosen ? 2000 : p.urgent ? 1000 : 0,
    icon: L.divIcon({ className: "", html: body, iconSize: [p.size, p.size] }) });
}

function drawDot(p, at) {
  if (p.radius_m || p.chosen) return drawIncident(p, at);
  return L.circleMarker(at, { radius: p.size / 2.6, color: p.urgent ? "#d32f2f" : hnmLook.edge,
    weight: p.urgent ? 4 : 1.5, fill: true, fillColor: hnmLook.topics[p.topic].colour, fillOpacity: p.vague ? 0.55 : 0.95 });
}

function describeIncident(p, mark) {
  if (p.radius_m) return;
  const label = document.createElement("span");
  label.textContent = p.label;
  mark.bindTooltip(label, { direction: "top", offset: [0, -10] });
  if (p.goto && window.hnmGoto !== p.goto) {
    window.hnmGoto = p.goto;
    const zoom = Math.max(map_div.getZoom(), 15);
    if (zoom !== map_div.getZoom() || !map_div.getBounds().pad(-0.1).contains(p.at)) {
      map_div.setView(p.at, zoom, { animate: false });
    }
  }
}
