// Copying a link and the phone's own share sheet. Without it the link stays selectable.
(() => {
  "use strict";

  const announce = (words) =>
    document.dispatchEvent(new CustomEvent("announce", { detail: words }));

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No clipboard on plain http, or refused: the old way still works.
      field.select();
      if (!document.execCommand("copy")) return;
    }
    const words = button.querySelector("[data-copy-words]") || button;
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => { words.textContent = before; }, 2500);
  };

  const share = async (button) => {
    const { shareUrl: url, shareTitle: title, shareText: text } = button.dataset;
    try {
      await navigator.share({ url, title, text });
    } catch (error) {
      if (error.name !== "AbortError") announce(button.dataset.failed || "");
    }
  };

  document.addEventListener("click", (event) => {
    const copyButton = event.target.closest("[data-copy]");
    if (copyButton) copy(copyButton);
    const shareButton = event.target.closest("[data-share-url]");
    if (shareButton) share(shareButton);
  });

  const start = () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    if (!navigator.share) return;
    for (const button of document.querySelectorAll("[data-share-url]")) button.hidden = false;
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
