// Counts a look at a listing and what was pressed there; no cookie, nothing kept about anybody.
(() => {
  "use strict";

  const root = document.querySelector("[data-visits]");
  if (!root || !navigator.sendBeacon) return;
  const count = (kind) => navigator.sendBeacon(`${root.dataset.visits}${kind}/`);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-count]");
    if (link) count(link.dataset.count);
  });
  // A page that was only fetched ahead has not been seen.
  const view = () => count("view");
  if (document.prerendering) document.addEventListener("prerenderingchange", view, { once: true });
  else view();
})();
