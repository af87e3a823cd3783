"use strict";
// Seminar: begin one, hand in moves, play, branch; the page looks every two seconds whether others have moved.
(() => {
  const { all, ask, caseId, make, problem, say, shown: figure, waited } = window.Tertius;
  const KEY = `seminars-${caseId}`;
  const mine = () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; } };
  const remember = (id, address) => { try { localStorage.setItem(KEY, JSON.stringify({ ...mine(), [id]: address })); } catch { /* not kept then */ } };
  const tell = (place, error) => { place?.replaceChildren(problem(error)); place?.scrollIntoView({ block: "nearest" }); };

  // The list: seminars that this browser leads or plays in, and a form for another.
  const begin = document.getElementById("begin");
  if (begin) {
    for (const row of all("[data-seminar]")) {
      const address = mine()[row.dataset.seminar];
      if (address) row.prepend(make("a", { href: address }, "Enter"), " ");
    }
    const seats = document.getElementById("seats");
    const add = () => {
      const number = seats.children.length + 1;
      const states = make("div", { class: "row" });
      states.append(document.getElementById("states").content.cloneNode(true));
      const name = make("input", { maxlength: "60", autocomplete: "off", id: `name-${number}` });
      seats.append(make("div", { class: "seat", role: "group", "aria-label": `Seat ${number}` },
        make("div", { class: "field" }, make("label", { for: `name-${number}` }, `Seat ${number}: a name or pseudonym, if you like`), name), states));
    };
    document.getElementById("add").addEventListener("click", () => { add(); seats.lastElementChild.querySelector("input").focus(); });
    add();
    begin.addEventListener("submit", async (event) => {
      event.preventDefault();
      const rows = [...seats.children].map((seat) => ({
        name: seat.querySelector("input[id]").value,
        states: all("input:checked", seat).map((box) => box.value),
      })).filter((seat) => seat.states.length);
      try {
        const made = await ask(`/cases/${caseId}/seminars`, { method: "POST", body: {
          seats: rows.map((row) => row.states), names: rows.map((row) => row.name),
          pace: document.getElementById("pace").value, weeks: Number(document.getElementById("weeks").value),
        } });
        const address = `/case/${caseId}/seminar/${made.id}/${made.lead}`;
        remember(made.id, address);
        location.assign(address);
      } catch (error) { tell(begin.querySelector(".place"), error); }
    });
    return;
  }

  const table = document.getElementById("table");
  if (!table) return;
  const { id, secret, branch, turn } = table.dataset;
  const base = `/cases/${caseId}/seminars/${id}/${secret}`;
  if (!mine()[id]) remember(id, location.pathname);
  const here = () => location.assign(`${location.pathname}?branch=${encodeURIComponent(branch)}`);

  // A button that asks for a job and shows what it gave. One that goes on is followed when the page is opened again.
  const worked = async (button, spot, held, begin, show) => {
    const go = async (job) => {
      button.disabled = true;
      try { await waited(await job, spot); show((await held()).result); say("Done"); } catch (error) { tell(spot, error); }
      button.disabled = false;
    };
    button.addEventListener("click", () => go(begin()));
    try {
      const before = await held();
      if (before.result) show(before.result); else if (before.job && !before.job.is_over) go(before.job);
    } catch { /* the button is there to ask */ }
  };

  for (const form of all("form.moves")) {
    const place = form.querySelector(".place");
    const leave = form.querySelector(".leave");
    const shade = () => all("fieldset", form).forEach((one) => { one.disabled = leave.checked; });
    leave.addEventListener("change", shade);
    shade();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const moves = leave.checked ? "program" : all("input[type=radio]:checked", form).map((one) => one.value).filter(Boolean);
      try {
        await ask(`${base}/moves`, { method: "POST", body: { state: form.dataset.state, moves, branch, turn: Number(turn) } });
        here();
      } catch (error) { tell(place, error); }
    });
    const weigh = form.querySelector(".weigh");
    const address = `${base}/prospects`;
    const query = `?state=${encodeURIComponent(form.dataset.state)}&branch=${encodeURIComponent(branch)}`;
    const show = (steps) => {
      const names = steps[0]?.changes.map((one) => one.name) ?? [];
      const cells = (one) => make("td", { class: "right" }, one.text);
      const called = (move) => {
        const field = all("input[type=radio]", form).find((one) => one.value === move).closest("fieldset");
        return `${field.querySelector("legend").firstChild.textContent.trim()}, ${move.split(":").pop()}`;
      };
      place.replaceChildren(make("p", { class: "note" }, "By the last week, the mean of the program's futures with the step less without it, \u00b1 its standard error."), make("div", { class: "scroll weighed", tabindex: "0", role: "region", "aria-label": "What each step would change" }, make("table", {},
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Step"), names.map((name) => make("th", { scope: "col", class: "right" }, name)))),
        make("tbody", {}, steps.map((one) => make("tr", {}, make("th", { scope: "row" }, called(one.move)), one.changes.map(cells)))))));
    };
    worked(weigh, place, () => ask(address + query), () => ask(address, { method: "POST", body: { state: form.dataset.state, branch } }), (found) => show(found.steps));
  }

  const place = table.querySelector("section > .place");
  const send = (form, path, body, then = here) => document.getElementById(form)?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try { then(await ask(`${base}/${path}`, { method: "POST", body: body() })); } catch (error) { tell(place, error); }
  });
  send("play", "play", () => ({ branch, absent: document.getElementById("absent").value, turn: Number(turn) }));
  send("branch", "branches", () => ({
    name: document.getElementById("called").value, turn: Number(document.getElementById("back").value), parent: branch,
  }), (made) => location.assign(`${location.pathname}?branch=${encodeURIComponent(made.branch)}`));
  for (const button of all("[data-copy]")) button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(location.origin + button.dataset.copy); button.textContent = "Copied"; say("Copied"); }
    catch { say("The browser does not let this page copy; open the link and copy its address."); }
  });
  const compare = document.getElementById("compare");
  const beside = (found) => {
    const rows = found.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name),
      one.cells.map((cell) => make("td", { class: "right" }, cell))));
    const heads = ["Outcome", "Played", "Median", "80% of futures", "Futures below"];
    document.getElementById("courses").replaceChildren(found.length
      ? make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Beside the program's futures" }, make("table", {},
        make("thead", {}, make("tr", {}, heads.map((head, at) => make("th", { scope: "col", class: at ? "right" : "" }, head)))), make("tbody", {}, rows)))
      : make("p", { class: "note" }, "No turn has been played."),
    ...found.filter((one) => one.figure).map((one) => figure(one.figure, `course-${branch}-${one.outcome}`)));
  };
  if (compare) worked(compare, place, () => ask(`${base}/courses?branch=${encodeURIComponent(branch)}`),
    () => ask(`${base}/courses`, { method: "POST", body: { branch } }), (found) => beside(found[branch]));

  // The report wants every branch laid beside the futures first.
  for (const link of all("a[data-report]")) link.addEventListener("click", async (event) => {
    if (document.body.dataset.readOnly !== undefined) return;
    event.preventDefault();
    try { await waited(await ask(`${base}/courses`, { method: "POST", body: {} }), place); location.assign(link.href); }
    catch (error) { tell(place, error); }
  });

  // Others' moves: a turn that was played shows its page; who has handed in is said.
  const look = async () => {
    try {
      const now = (await ask(`${base}/pulse`))[branch];
      if (now && now.turn !== Number(turn)) { here(); return; }
      if (now && now.handed_in.join(" ") !== table.dataset.handed) {
        table.dataset.handed = now.handed_in.join(" ");
        say(`Handed in: ${now.handed_in.join(", ") || "nobody"}`);
        if (document.getElementById("play") && !document.getElementById("called").value) { here(); return; }
      }
    } catch { /* the server is away; the next look may find it */ }
    setTimeout(look, document.hidden ? 10000 : 2000);
  };
  setTimeout(look, 2000);
})();
