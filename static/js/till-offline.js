// Keeps purchases while there is no connection and sends each once it is back. Without this
// file the form is sent as every other; with it a lost line loses no purchase. Each entry
// carries the key of its form, so that one that arrived unheard counts once.
(() => {
  "use strict";

  const form = document.querySelector("[data-till-form]");
  const box = document.querySelector("[data-till-kept]");
  if (!form || !box || !window.localStorage || !window.crypto?.randomUUID) return;

  const STORE = `till:${form.dataset.seat}`;
  const AGAIN = 30000;
  const said = form.querySelector("[data-till-said]");
  const words = box.querySelector("[data-till-kept-words]");
  const list = box.querySelector("[data-till-kept-list]");
  const row = box.querySelector("[data-till-kept-row]");
  const field = (name) => form.elements.namedItem(name);
  // What this device's clock is away from the server's.
  const away = Number(form.dataset.now) - Date.now();
  let isSending = false;
  let isPressed = false;
  let mustSignIn = false;

  const entries = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) || "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  };
  const keep = (kept) => localStorage.setItem(STORE, JSON.stringify(kept));
  const without = (key) => keep(entries().filter((entry) => entry.form_key !== key));

  const headline = (kept) => {
    const waiting = kept.filter((entry) => !entry.refused).length;
    if (mustSignIn && waiting) return words.dataset.signIn;
    if (waiting === 1) return words.dataset.one;
    if (waiting) return words.dataset.many.replace("COUNT", waiting);
    return words.dataset.refused;
  };

  const line = (entry) => {
    const made = row.content.firstElementChild.cloneNode(true);
    const time = new Date(entry.made_at).toLocaleTimeString([], { timeStyle: "short" });
    made.querySelector("[data-what]").textContent = `${entry.amount} · ${entry.code} · ${time}`;
    made.querySelector("[data-why]").textContent = entry.refused || "";
    const forget = made.querySelector("[data-forget]");
    forget.hidden = !entry.refused;
    forget.addEventListener("click", () => {
      without(entry.form_key);
      show();
      (list.querySelector("[data-forget]:not([hidden])") || field("code")).focus();
    });
    return made;
  };

  const show = () => {
    const kept = entries();
    const text = kept.length ? headline(kept) : "";
    box.hidden = kept.length === 0;
    if (words.textContent !== text) words.textContent = text;
    list.replaceChildren(...kept.map(line));
  };

  // "counted", "refused" with a sentence, or "later": no line, a tired server, a lost session.
  const send = async (entry) => {
    const body = new FormData();
    for (const name of ["code", "amount", "form_key", "made_at"]) body.set(name, entry[name] || "");
    body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    try {
      const answer = await fetch(form.dataset.entries, { method: "POST", body, redirect: "manual" });
      mustSignIn = answer.type === "opaqueredirect" || answer.status === 403;
      if (![200, 409, 422].includes(answer.status)) return { is: "later" };
      const told = await answer.json();
      return { is: answer.status === 200 ? "counted" : "refused", said: told.said };
    } catch {
      return { is: "later" };
    }
  };

  const sendKept = async () => {
    if (isSending || !navigator.onLine) return;
    isSending = true;
    let counted = 0;
    try {
      for (const entry of entries().filter((kept) => !kept.refused)) {
        const answer = await send(entry);
        if (answer.is === "later") break;
        if (answer.is === "counted") {
          counted += 1;
          without(entry.form_key);
        } else {
          keep(entries().map((kept) => (
            kept.form_key === entry.form_key ? { ...kept, refused: answer.said } : kept
          )));
        }
        show();
      }
    } finally {
      isSending = false;
      show();
    }
    // The list of the last purchases is the server's; nobody is typing, so it may come anew.
    if (counted && !field("code").value && !field("amount").value) location.reload();
  };

  const clear = () => {
    field("code").value = "";
    field("amount").value = "";
    field("form_key").value = crypto.randomUUID().replaceAll("-", "");
    field("code").focus();
  };

  const typed = () => ({
    code: field("code").value.trim(),
    amount: field("amount").value.trim(),
    form_key: field("form_key").value,
    made_at: new Date(Date.now() + away).toISOString(),
  });

  const store = (entry) => {
    keep([...entries(), entry]);
    said.textContent = said.dataset.keeps;
    clear();
    show();
  };

  form.addEventListener("submit", async (event) => {
    const entry = typed();
    if (!entry.code || !entry.amount) {
      // To look at a pledge takes the server; without a line the form would be lost.
      if (!navigator.onLine) {
        event.preventDefault();
        said.textContent = said.dataset.needs;
      }
      return;
    }
    event.preventDefault();
    if (isPressed) return;
    if (!navigator.onLine) {
      store(entry);
      return;
    }
    isPressed = true;
    // The server's own clock tells when it was; ours only where it has to wait.
    const answer = await send({ ...entry, made_at: "" });
    isPressed = false;
    if (answer.is === "counted") location.reload();
    // The page says at which field what is wrong; this does not come here again.
    else if (answer.is === "refused") form.submit();
    else store(entry);
  });

  window.addEventListener("online", sendKept);
  window.addEventListener("pageshow", () => { show(); sendKept(); });
  setInterval(sendKept, AGAIN);
})();
