/* Runs inside the map's frame, given by folium: one point, and what it says when pointed at.
   Only controlled words and numbers come here, and they go in as text. */
function drawIncident(feature, latlng) {
  const p = feature.properties;
  if (p.radius_m) {
    return L.circle(latlng, { radius: p.radius_m, color: p.colour, weight: p.chosen ? 2 : 1,
      dashArray: "6 6", fillColor: p.colour, fillOpacity: p.chosen ? 0.12 : 0.05,
      interactive: false });
  }
  const body = document.createElement("div");
  body.className = `incident${p.urgent ? " urgent" : ""}${p.chosen ? " chosen" : ""}`
    + `${p.vague ? " vague" : ""}${p.ended ? " ended" : ""}`;
  body.style.setProperty("--colour", p.colour);
  body.style.setProperty("--ink", p.ink);
  body.textContent = p.symbol;
  return L.marker(latlng, { keyboard: false, riseOnHover: true,
    zIndexOffset: p.chosen ? 2000 : p.urgent ? 1000 : 0,
    icon: L.divIcon({ className: "", html: body, iconSize: [p.size, p.size] }) });
}

function drawDot(feature, latlng) {
  const p = feature.properties;
  if (p.radius_m || p.chosen) return drawIncident(feature, latlng);
  return L.circleMarker(latlng, { radius: p.size / 2.6, color: p.urgent ? "#d32f2f" : p.ring,
    weight: p.urgent ? 4 : 1.5, fill: true, fillColor: p.colour, fillOpacity: p.vague ? 0.55 : 0.95 });
}

function describeIncident(feature, layer) {
  const p = feature.properties;
  if (p.radius_m) return;
  const label = document.createElement("span");
  label.textContent = p.label;
  layer.bindTooltip(label, { direction: "top", offset: [0, -10] });
  if (p.goto && window.hnmGoto !== p.goto) {
    window.hnmGoto = p.goto;
    const at = L.latLng(p.at);
    const zoom = Math.max(map_div.getZoom(), 15);
    if (zoom !== map_div.getZoom() || !map_div.getBounds().pad(-0.1).contains(at)) {
      map_div.setView(at, zoom, { animate: false });
    }
  }
}
