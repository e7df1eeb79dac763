// Says in words what went wrong with a passkey, where allauth would only write to the console.
(() => {
  "use strict";

  document.addEventListener("allauth.error", (event) => {
    const place = document.querySelector("[data-passkey-error]");
    if (!place || !event.detail.tags.includes("webauthn")) return;
    event.preventDefault();
    place.hidden = false;
    place.focus();
  });

  const start = () => {
    for (const button of document.querySelectorAll("[data-needs-passkey]")) {
      button.hidden = !window.PublicKeyCredential;
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
