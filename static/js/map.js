// The map that moves, in place of the drawn one; the list beside it stays as it is.
(() => {
  "use strict";

  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const data = JSON.parse(document.getElementById("map-data").textContent);

  // The words stand in an element of our own: the library's styles are for its icons.
  const icon = (className, size, words) => {
    const text = document.createElement("span");
    text.className = className;
    text.textContent = words || "";
    return L.divIcon({ className: "", html: text, iconSize: size });
  };

  const card = (spot) => {
    const list = document.createElement("ul");
    for (const { name, what, path } of spot.members) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = path;
      link.textContent = name;
      item.append(link, what ? `, ${what}` : "");
      list.append(item);
    }
    list.className = "map-card";
    return list;
  };

  const start = () => {
    box.hidden = false;
    document.getElementById("map-drawing").style.display = "none";
    const map = L.map(box, { maxBounds: [[-90, -180], [90, 180]], worldCopyJump: false });
    map.attributionControl.setPrefix(false);
    if (data.tiles) L.tileLayer(data.tiles, { attribution: data.attribution }).addTo(map);
    const names = L.layerGroup().addTo(map);
    // On plain paper the spots say where they are, as far as there is room for names.
    const name = (found) => {
      const places = found.map((spot) => map.latLngToLayerPoint(spot.at));
      names.clearLayers();
      found.forEach(({ where }, number) => {
        const at = places[number].add([0, 42]);
        const isFree = places.every((other) =>
          Math.abs(other.x - at.x) > 85 || Math.abs(other.y - at.y) > 26);
        if (!where || !isFree) return;
        places.push(at);
        const options = { icon: icon("map-name", [160, 24], where), interactive: false, keyboard: false };
        names.addLayer(L.marker(map.layerPointToLatLng(at), options));
      });
    };
    const spots = L.layerGroup().addTo(map);

    // Who came by the keyboard goes on with it: into the card, and back out of it.
    map.on("popupopen", (event) => event.popup.getElement().querySelector("li a").focus());
    map.on("popupclose", () => box.focus({ preventScroll: true }));

    const marker = (spot, options, act) => {
      const made = L.marker(spot.at, options);
      made.on("click keypress", (event) => {
        if (event.type === "click" || event.originalEvent.key === "Enter") act();
      });
      return made;
    };
    // The card hangs on the map, not on its marker: markers are drawn anew when the map moves.
    const show = (spot) =>
      L.popup({ offset: [0, -8] }).setLatLng(spot.at).setContent(card(spot)).openOn(map);
    const single = (spot) =>
      marker(spot, { icon: icon("map-pin", [28, 28]), title: spot.members[0].name }, () => show(spot));
    const several = (spot) => {
      const size = Math.min(34 + Math.log2(spot.count) * 4, 58);
      const title = box.dataset.many.replace("%n", spot.count);
      // In one house nobody comes closer: then the card names them all.
      const closest = map.getZoom() >= 18;
      return marker(spot, { icon: icon("map-group", [size, size], spot.count), title }, () =>
        closest ? show(spot) : map.fitBounds(spot.bounds, { padding: [40, 40], maxZoom: 18 }));
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });

    let asked = null;
    const load = async () => {
      asked?.abort();
      // Nothing is seen of it while its page is being printed.
      if (!map.getSize().x) return;
      asked = new AbortController();
      const seen = map.getBounds();
      const clamp = (value, most) => Math.max(-most, Math.min(most, value));
      const query = new URLSearchParams(data.query);
      query.set("bbox", [clamp(seen.getWest(), 180), clamp(seen.getSouth(), 90),
        clamp(seen.getEast(), 180), clamp(seen.getNorth(), 90)].join());
      query.set("zoom", map.getZoom());
      try {
        const answer = await fetch(`${box.dataset.source}?${query}`, { signal: asked.signal });
        if (!answer.ok) throw new Error(answer.status);
        const found = await answer.json();
        spots.clearLayers();
        for (const spot of found.spots) {
          spots.addLayer(spot.count === 1 ? single(spot) : several(spot));
        }
        if (!data.tiles) name(found.spots);
      } catch (error) {
        if (error.name === "AbortError") return;
        document.dispatchEvent(new CustomEvent("announce", { detail: box.dataset.failed }));
      }
    };
    map.on("moveend", load);
    map.on("zoomstart", () => names.clearLayers());
    map.fitBounds(data.bounds, { padding: [30, 30], maxZoom: 16 });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
