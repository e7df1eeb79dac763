// Reads a customer's card with the camera. Without a camera or a QR reader the till
// shows nothing of it, and the code is typed.
(() => {
  "use strict";

  const box = document.querySelector("[data-till-scan]");
  const CARD = /^\/pledge\/card\/[^/]+\/$/;
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;

  const view = box.querySelector("[data-till-scan-view]");
  const video = box.querySelector("video");
  const start = box.querySelector("[data-till-scan-start]");
  const words = box.querySelector("[data-till-scan-words]");
  let stream = null;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    view.hidden = true;
    start.hidden = false;
  };

  // Said once: a live region speaks each time that it is written.
  const say = (text) => {
    if (words.textContent !== text) words.textContent = text;
  };

  // Only a card of this very address: a QR code on the counter may lead anywhere.
  const cardAddress = (text) => {
    try {
      const url = new URL(text);
      return url.host === location.host && CARD.test(url.pathname) ? url.pathname : null;
    } catch {
      return null;
    }
  };

  const look = async (detector) => {
    while (stream) {
      const found = await detector.detect(video).catch(() => []);
      for (const code of found) {
        const address = cardAddress(code.rawValue);
        if (address && stream) {
          stop();
          location.assign(address);
          return;
        }
        say(words.dataset.stranger);
      }
      await new Promise((resume) => { setTimeout(resume, 200); });
    }
  };

  const begin = async (detector) => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      view.hidden = false;
      start.hidden = true;
      await video.play();
    } catch {
      stop();
      say(words.dataset.refused);
      return;
    }
    say(words.dataset.looking);
    box.querySelector("[data-till-scan-stop]").focus();
    look(detector);
  };

  const offer = async () => {
    const formats = await BarcodeDetector.getSupportedFormats();
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (!formats.includes("qr_code") || !devices.some((d) => d.kind === "videoinput")) return;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    start.addEventListener("click", () => begin(detector));
    box.querySelector("[data-till-scan-stop]").addEventListener("click", () => {
      stop();
      say("");
      start.focus();
    });
    // A phone that goes back into the pocket must not keep looking.
    document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
    box.hidden = false;
  };

  offer().catch(() => {});
})();
