// On another site: puts the directory where its link stands, once that comes into view.
(() => {
  "use strict";

  const home = new URL(".", document.currentScript.src);

  const show = (link) => {
    const frame = document.createElement("iframe");
    const query = new URLSearchParams();
    for (const name of ["category", "place", "number"]) {
      if (link.dataset[name]) query.set(name, link.dataset[name]);
    }
    frame.src = `${new URL("widget/frame/", home)}?${query}`;
    frame.title = link.textContent.trim();
    frame.width = "100%";
    frame.height = link.dataset.height || "480";
    frame.style.border = "0";
    frame.referrerPolicy = "no-referrer";
    link.replaceWith(frame);
  };

  const start = () => {
    const links = document.querySelectorAll("a.commonweal-directory");
    if (!("IntersectionObserver" in window)) return links.forEach(show);
    const watch = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        show(target);
      }
    }, { rootMargin: "200px" });
    links.forEach((link) => watch.observe(link));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
