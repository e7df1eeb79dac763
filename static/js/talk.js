// Topics and posts, smoother: keys (j, k, Enter, /, ?), drafts that outlive a lost connection,
// and names after "@". Everything works without this file; the keys can be switched off.
(() => {
  "use strict";

  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or refused */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* refused */ } },
  };

  // --- keys -------------------------------------------------------------------------------
  const KEYS = "talk-keys-off";
  const help = document.getElementById("talk-keys");
  const opener = document.querySelector("[data-talk-keys-open]");
  const rows = () => [...document.querySelectorAll("[data-talk-rows] > li")];
  let here = -1;

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    here = Math.max(0, Math.min(all.length - 1, here + step));
    for (const row of all) row.removeAttribute("data-here");
    const row = all[here];
    row.setAttribute("data-here", "");
    row.querySelector("a")?.focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable], dialog");

  if (help && document.querySelector("[data-talk-keys]")) {
    const toggle = help.querySelector("[data-talk-keys-on]");
    toggle.checked = !store.get(KEYS);
    toggle.addEventListener("change", () => store.set(KEYS, !toggle.checked));
    help.querySelector("[data-talk-keys-close]").addEventListener("click", () => help.close());
    opener.hidden = false;
    opener.querySelector("button").addEventListener("click", () => help.showModal());
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") { event.preventDefault(); help.showModal(); return; }
      if (store.get(KEYS)) return;
      if (event.key === "j") go(1);
      else if (event.key === "k") go(-1);
      else if (event.key === "/") {
        const search = document.querySelector("[data-talk-search]");
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select?.();
      }
    });
  }

  // --- drafts -----------------------------------------------------------------------------
  const sent = new URLSearchParams(location.search).get("sent");
  if (sent) {
    const parts = location.pathname.split("/");
    store.drop(sent === "new" ? `talk:new-${parts[2]}` : `talk:topic-${parts[4]}`);
    const url = new URL(location.href);
    url.searchParams.delete("sent");
    history.replaceState(null, "", url);
  }

  for (const form of document.querySelectorAll("[data-talk-draft]")) {
    const key = `talk:${form.dataset.talkDraft}`;
    const words = form.elements.namedItem("words");
    const title = form.elements.namedItem("title");
    const said = form.querySelector("[data-draft-said]");
    const say = (text) => { said.hidden = !text; said.textContent = text || ""; };
    let timer = 0;

    const kept = store.get(key);
    // What the server holds is older where the connection was lost on the way.
    if (kept?.words && kept.words !== words.value && !document.querySelector("[data-error-summary]")
        && !words.value.includes(kept.words)) {
      if (!words.value || kept.words.startsWith(words.value)) {
        words.value = kept.words;
        if (title && kept.title && !title.value) title.value = kept.title;
        say(said.dataset.back);
      }
    }

    const save = async () => {
      const data = new FormData(form);
      data.delete("picture");
      try {
        const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data, credentials: "same-origin" });
        if (answer.ok) say(said.dataset.saved);
      } catch {
        say(said.dataset.away);
      }
    };

    form.addEventListener("input", () => {
      store.set(key, { words: words.value, title: title?.value || "" });
      clearTimeout(timer);
      timer = setTimeout(save, 3000);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    addEventListener("online", () => { if (store.get(key)?.words) save(); });
  }

  // --- names ------------------------------------------------------------------------------
  for (const field of document.querySelectorAll("textarea[data-mentions]")) {
    const url = field.form?.dataset.peopleUrl;
    if (!url) continue;
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.hidden = true;
    field.after(list);
    let timer = 0;

    const begun = () => /(?:^|[\s(])@([\p{L}\p{N}-]{1,40})$/u.exec(field.value.slice(0, field.selectionStart));
    const close = () => { list.hidden = true; list.replaceChildren(); };
    const take = (handle) => {
      const found = begun();
      if (!found) return close();
      const end = field.selectionStart;
      field.setRangeText(`@${handle} `, end - found[1].length - 1, end, "end");
      close();
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const show = (people) => {
      list.replaceChildren(...people.map(({ handle, name }) => {
        const row = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `${name} (@${handle})`;
        button.addEventListener("click", () => take(handle));
        row.append(button);
        return row;
      }));
      list.hidden = !people.length;
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      const found = begun();
      if (!found) return close();
      timer = setTimeout(async () => {
        try {
          const answer = await fetch(`${url}?q=${encodeURIComponent(found[1])}`, { credentials: "same-origin" });
          if (answer.ok) show((await answer.json()).people);
        } catch { close(); }
      }, 200);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "Escape") { event.stopPropagation(); close(); }
      if (event.key === "ArrowDown") { event.preventDefault(); list.querySelector("button")?.focus(); }
    });
  }
})();
