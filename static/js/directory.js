// Smoother searching: a choice shows its results at once, "/" leads to the words, and the browser
// may say where the visitor is. Without this file each form has its button.
(() => {
  "use strict";

  const finder = document.querySelector("[data-finder]");
  if (!finder) return;
  const search = finder.querySelector("[data-search]");
  const filters = finder.querySelector("[data-filters]");

  const wide = matchMedia("(min-width: 64rem)");
  const unfold = () => { if (wide.matches) filters.open = true; };
  unfold();
  wide.addEventListener("change", unfold);

  // Empty fields would only lengthen the address.
  finder.addEventListener("submit", () => {
    for (const field of finder.querySelectorAll("input[type=search], input[type=text], select")) {
      if (!field.value) field.disabled = true;
    }
  });
  addEventListener("pageshow", () => {
    for (const field of finder.querySelectorAll("[name]:disabled:not([type=hidden])")) field.disabled = false;
  });

  finder.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox], #sort")) finder.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  const here = finder.querySelector("[data-here]");
  if (!("geolocation" in navigator) || !isSecureContext) return;
  here.hidden = false;
  const words = finder.querySelector("[data-here-words]");
  finder.querySelector("[data-here-button]").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // Three digits: the street, not the door.
      for (const [selector, degrees] of [["[data-lat]", coords.latitude], ["[data-lon]", coords.longitude]]) {
        const field = finder.querySelector(selector);
        field.value = degrees.toFixed(3);
        field.disabled = false;
      }
      finder.querySelector("#near").value = "";
      finder.requestSubmit();
    }, () => { words.textContent = words.dataset.denied; }, { timeout: 10000, maximumAge: 300000 });
  });
})();
