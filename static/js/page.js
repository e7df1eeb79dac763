// What every page may need; all of it works without this file, only less smoothly.
(() => {
  "use strict";

  const live = () => document.getElementById("live");

  // Emptied first: a region that is given the same words twice stays silent.
  const announce = (words) => {
    const region = live();
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 60);
  };
  document.addEventListener("announce", (event) => announce(event.detail));

  const focusErrors = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (link) {
      const field = document.getElementById(link.hash.slice(1));
      const target = field && (field.matches("input, select, textarea, button")
        ? field : field.querySelector("input, select, textarea"));
      if (target) {
        event.preventDefault();
        const box = target.closest(".field") || target;
        box.scrollIntoView({ block: "start" });
        target.focus({ preventScroll: true });
      }
      return;
    }
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) {
      dismiss.closest(".message").remove();
      document.getElementById("main")?.focus({ preventScroll: true });
      return;
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // What was typed in the first e-mail field need not be typed again in the second.
  const carryEmail = () => {
    for (const details of document.querySelectorAll("details[data-carry-from]")) {
      details.addEventListener("toggle", () => {
        const from = document.querySelector(details.dataset.carryFrom);
        const to = details.querySelector("input[type=email]");
        if (details.open && from && to && !to.value) to.value = from.value;
      });
    }
  };

  const start = () => {
    focusErrors(document);
    carryEmail();
    for (const button of document.querySelectorAll("[data-dismiss], [data-print]")) {
      button.hidden = false;
    }
    for (const button of document.querySelectorAll("[data-print]")) {
      button.addEventListener("click", () => window.print());
    }
    const words = [...document.querySelectorAll(".message__text")].map((m) => m.textContent.trim());
    if (words.length) announce(words.join(" "));
  };

  // A fragment in the address takes the focus once all has loaded; what is wrong comes first.
  window.addEventListener("load", () => {
    const here = document.activeElement;
    if (here === document.body || (here.id && `#${here.id}` === location.hash)) focusErrors(document);
  });

  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
