"use strict";
// Estimates: begin a round, hand in, open, close; the page looks every few seconds whether others have handed in.
(() => {
  const { all, ask, caseId, make, problem, say } = window.Tertius;
  const KEY = `estimates-${caseId}`;
  const mine = () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; } };
  const remember = (id, address) => { try { localStorage.setItem(KEY, JSON.stringify({ ...mine(), [id]: address })); } catch { /* not kept then */ } };
  const tell = (place, error) => { place?.replaceChildren(problem(error)); place?.scrollIntoView({ block: "nearest" }); };

  const begin = document.getElementById("begin");
  if (begin) {
    for (const row of all("[data-round]")) {
      const address = mine()[row.dataset.round];
      if (address) row.prepend(make("a", { href: address }, "Enter"), " ");
    }
    const field = document.getElementById("quantity");
    const chosen = document.getElementById("chosen");
    const add = () => {
      const path = field.value.trim();
      if (!path || all("li", chosen).some((row) => row.dataset.path === path)) return;
      const row = make("li", { "data-path": path }, path, " ");
      row.append(make("button", { type: "button", "aria-label": `Leave out ${path}`, onclick: () => row.remove() }, "Leave out"));
      chosen.append(row);
      field.value = "";
    };
    document.getElementById("add").addEventListener("click", add);
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
    begin.addEventListener("submit", async (event) => {
      event.preventDefault();
      add();
      const picked = (name) => all(`input[name=${name}]:checked`, begin).map((box) => box.value);
      const button = begin.querySelector("[type=submit]");
      button.disabled = true;
      say("Beginning");
      try {
        const made = await ask(`/cases/${caseId}/estimates`, { method: "POST", body: {
          events: picked("events"), questions: picked("questions"), quantities: all("li", chosen).map((row) => row.dataset.path),
          analysts: Number(document.getElementById("analysts").value),
          names: document.getElementById("names").value.split(",").map((name) => name.trim()).filter(Boolean),
        } });
        const address = `/case/${caseId}/estimates/${made.id}/${made.lead}`;
        remember(made.id, address);
        location.assign(address);
      } catch (error) { tell(begin.querySelector(".place"), error); button.disabled = false; }
    });
    return;
  }

  const round = document.getElementById("round");
  if (!round) return;
  const { id, secret } = round.dataset;
  const base = `/cases/${caseId}/estimates/${id}/${secret}`;
  if (!mine()[id]) remember(id, location.pathname);
  const send = (form, path, body) => document.getElementById(form)?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try { await ask(`${base}/${path}`, { method: "POST", body: body() }); location.reload(); }
    catch (error) { tell(event.target.querySelector(".place") ?? round.querySelector(".place"), error); }
  });
  const given = () => {
    const found = {};
    for (const one of all(".question")) {
      const values = all(".value", one).map((field) => field.value.trim());
      if (values.every((value) => value === "")) continue;
      const share = one.dataset.kind === "chance" ? 100 : 1;
      if (values.some((value) => value === "")) throw new Error(`${one.querySelector("h2").textContent}: all three numbers, or none.`);
      found[one.dataset.question] = { values: values.map((value) => Number(value) / share), reason: one.querySelector(".reason").value };
    }
    return found;
  };
  send("open", "open", () => ({ without_missing: document.getElementById("without").checked }));
  send("close", "close", () => ({}));
  send("hand-in", "hand-in", () => ({ estimates: given(), name: document.getElementById("name")?.value }));
  for (const button of all("[data-copy]")) button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(location.origin + button.dataset.copy); button.textContent = "Copied"; say("Copied"); }
    catch { say("The browser does not let this page copy; open the link and copy its address."); }
  });
  const look = async () => {
    try {
      const now = await ask(`${base}/pulse`);
      const writing = all(".value, .reason, #name").some((field) => field.value !== field.defaultValue);
      const handed = `${now.handed.join(" ")} ${now.revised.join(" ")}`;
      if (now.stage !== round.dataset.stage) { location.reload(); return; }
      if (handed !== round.dataset.handed) {
        round.dataset.handed = handed;
        if (!writing) { location.reload(); return; }
        say(`${now.handed.length} have handed in`);
      }
    } catch { /* the server is away; the next look may find it */ }
    setTimeout(look, document.hidden ? 10000 : 3000);
  };
  setTimeout(look, 3000);
})();
