"use strict";
// The form of a what-if: its terms stand in the address as `d`, and are told in words as they change.
(() => {
  const { all, ask, caseId, make, problem, say } = window.Tertius;
  for (const form of all("form[data-at-once]")) {
    form.querySelector("button").hidden = true;
    form.addEventListener("change", () => form.requestSubmit());
  }
  const form = document.getElementById("draft");
  if (!form) return;
  const at = (id) => document.getElementById(id);
  const known = new Map(JSON.parse(at("known").textContent).map((one) => [one.path, one]));
  const steps = new Map(), set = new Map(), others = [];
  const both = new Set(); // instruments and paths whose change is of both worlds

  const isInstrument = (name) => all("#instrument option").some((one) => one.value === name);
  // Terms of the address, and back.
  const read = (text) => {
    for (const whole of text.split(";").map((part) => part.trim()).filter(Boolean)) {
      const term = whole.replace(/^\*\s*/, "");
      if (term !== whole) both.add(term.split(term.includes("=") ? "=" : ":")[0].trim());
      const events = all("[data-event]").map((one) => one.dataset.event);
      const name = term.slice(1).split(":")[0];
      if (term.startsWith("-")) { if (isInstrument(name)) steps.set(name, `-${name}`); else if (!events.includes(name)) others.push(term); }
      else if (term.includes("=")) set.set(term.split("=")[0].trim(), Number(term.split("=")[1]));
      else steps.set(term.split(":")[0], term);
    }
  };
  const written = () => [
    ...all("[data-event]").filter((one) => one.value).map((one) => `-${one.dataset.event}:${one.value}`),
    ...others, ...[...steps].map(([name, term]) => `${both.has(name) ? "*" : ""}${term}`),
    ...[...set].map(([path, value]) => `${both.has(path) ? "*" : ""}${path}=${value}`),
  ].join(";");

  let asked = 0;
  const changed = async () => {
    const text = written();
    const address = new URL(location.href);
    if (text) address.searchParams.set("d", text); else address.searchParams.delete("d");
    history.replaceState(null, "", address);
    const full = form.dataset.lacks === "True";
    at("run").disabled = !text || full;
    at("told").textContent = full ? "Four stand below: take one away first." : "";
    at("nothing").hidden = Boolean(text);
    at("failed").replaceChildren();
    const mine = ++asked;
    if (!text) { at("words").replaceChildren(); return; }
    await new Promise((go) => setTimeout(go, 150));
    if (mine !== asked) return;
    try {
      const lines = await ask(`/cases/${caseId}/what-if/words?d=${encodeURIComponent(text)}`);
      if (mine !== asked) return;
      at("words").replaceChildren(...lines.map((line) => { const row = make("li"); row.innerHTML = line; return row; })); // escaped by the server
    } catch (error) {
      if (mine !== asked) return;
      at("run").disabled = true;
      at("failed").replaceChildren(problem(error));
    }
  };

  // In which world a change is.
  const where = (name, words) => {
    const field = make("select", { class: "where", "aria-label": `Where: ${words}` }, at("where").content.cloneNode(true));
    field.value = both.has(name) ? "*" : "";
    field.addEventListener("change", () => { if (field.value) both.add(name); else both.delete(name); changed(); });
    return field;
  };

  // Steps.
  const instrument = at("instrument"), way = at("way");
  const ways = () => {
    const one = instrument.selectedOptions[0];
    way.replaceChildren(...["up", "down"].filter((each) => one?.dataset[each])
      .map((each) => make("option", { value: each }, `${each}: from “${one.dataset.level}” to “${one.dataset[each]}”`)),
    ...(one?.dataset.up ? [make("option", { value: "held" }, "may not go up by anyone's choice")] : []));
    held();
    at("add-step").disabled = !way.value;
  };
  const held = () => { at("step-week").disabled = at("step-where").disabled = way.value === "held"; };
  const showSteps = () => at("steps").replaceChildren(...[...steps].map(([name, term]) => {
    const one = all("option", instrument).find((each) => each.value === name);
    const words = term.startsWith("-") ? "may not go up" : term.split(":")[1].replace("@", " in week ");
    return make("li", {}, `${one?.textContent ?? name}: ${words} `, term.startsWith("-") ? null : where(name, `the step of ${one?.textContent ?? name}`), " ",
      make("button", { type: "button", "aria-label": `Take away the step of ${one?.textContent ?? name}`, onclick: () => { steps.delete(name); both.delete(name); showSteps(); changed(); instrument.focus(); } }, "×"));
  }));
  if (instrument) {
    instrument.addEventListener("change", ways);
    way.addEventListener("change", held);
    at("add-step").addEventListener("click", () => {
      const week = Math.max(0, Math.trunc(Number(at("step-week").value) || 0));
      steps.set(instrument.value, way.value === "held" ? `-${instrument.value}` : `${instrument.value}:${way.value}${week ? `@${week}` : ""}`);
      if (at("step-where").value && way.value !== "held") both.add(instrument.value); else both.delete(instrument.value);
      showSteps();
      changed();
      say("step added");
    });
    ways();
  }

  // Quantities: a slider from the 5% to the 95% point of the prior, and the number beside it.
  const PARTS = 400;
  const digits = (value) => Number(Number(value).toPrecision(3));
  const value = (one, part) => one.by_factors ? one.low * (one.high / one.low) ** (part / PARTS) : one.low + (one.high - one.low) * part / PARTS;
  const part = (one, now) => Math.round(PARTS * (one.by_factors ? Math.log(now / one.low) / Math.log(one.high / one.low) : (now - one.low) / (one.high - one.low)));
  const told = (number) => new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(number);
  const slider = (one) => {
    const now = set.get(one.path);
    const range = make("input", { type: "range", min: 0, max: PARTS, value: part(one, now), "aria-label": one.name, "aria-valuetext": `${told(now)} ${one.unit}` });
    const number = make("input", { type: "number", value: digits(now), step: "any", "aria-label": `${one.name}, as a number` });
    const put = (to) => { set.set(one.path, digits(to)); range.setAttribute("aria-valuetext", `${told(to)} ${one.unit}`); changed(); };
    range.addEventListener("input", () => { const to = value(one, Number(range.value)); number.value = digits(to); put(to); });
    number.addEventListener("change", () => {
      const to = Math.min(one.high, Math.max(one.low, Number(number.value)));
      if (!Number.isFinite(to)) return;
      number.value = digits(to); range.value = part(one, to); put(to);
    });
    return make("li", { class: "quantity" },
      make("div", { class: "name" }, make("b", {}, one.name), where(one.path, one.name),
        make("button", { type: "button", "aria-label": `Take away ${one.name}`, onclick: () => { set.delete(one.path); both.delete(one.path); showSet(); changed(); at("find").focus(); } }, "×")),
      make("div", { class: "slide" }, make("span", { class: "end" }, told(one.low)), range, make("span", { class: "end" }, told(one.high)), number, make("span", {}, one.unit)),
      make("small", {}, `now ${told(one.middle)} (5% to 95%: ${told(one.low)} to ${told(one.high)}); ${one.basis}; source: ${one.source.join(", ") || "none"}${one.note ? `. ${one.note}` : ""}`));
  };
  const showSet = () => at("quantities").replaceChildren(...[...set.keys()].map((path) => known.has(path) ? slider(known.get(path)) :
    make("li", {}, `${path} = ${set.get(path)} `, where(path, path), " ", make("button", { type: "button", "aria-label": `Take away ${path}`, onclick: () => { set.delete(path); showSet(); changed(); } }, "×"))));
  const offer = (list) => {
    for (const one of list) known.set(one.path, one);
    const shown = all("[data-path]", at("offered")).map((one) => one.dataset.path);
    if (list.length && shown.join() === list.map((one) => one.path).join()) return; // who stands on one stays there
    at("offered").replaceChildren(...list.map((one) => make("li", {}, make("button", { type: "button", "data-path": one.path }, one.name))),
      ...(list.length ? [] : [make("li", { class: "note" }, "No quantity with a prior has these words.")]));
  };
  at("offered").addEventListener("click", (event) => {
    const path = event.target.closest("[data-path]")?.dataset.path;
    if (!path || set.has(path)) return;
    set.set(path, digits(known.get(path).middle));
    showSet();
    changed();
    at("quantities").querySelector("li:last-child input")?.focus();
  });
  let waiting, looked = 0;
  at("find").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++looked;
      try {
        const found = await ask(`/cases/${caseId}/quantities?find=${encodeURIComponent(at("find").value)}`);
        if (mine === looked) offer(found);
      } catch (error) { say(error.message); }
    }, 120);
  });
  at("find").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  // Run: the what-if joins the others in the address, which then shows how far it is.
  for (const one of all("[data-event]")) one.addEventListener("change", changed);
  at("futures").addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("futures", at("futures").value);
    history.replaceState(null, "", address);
  });
  at("clear").addEventListener("click", () => {
    for (const one of all("[data-event]")) one.value = "";
    steps.clear(); set.clear(); both.clear(); others.length = 0;
    showSteps(); showSet(); changed();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = written(), address = new URL(location.href), futures = Number(at("futures").value);
    if (!text || at("run").disabled) return;
    at("run").disabled = true;
    try {
      await ask(`/cases/${caseId}/jobs`, { method: "POST", body: { kind: "what-if", arguments: { ...split(text), futures } } });
      if (!address.searchParams.getAll("w").includes(text)) address.searchParams.append("w", text);
      address.searchParams.delete("d");
      address.hash = "compared";
      if (futures !== 1000) address.searchParams.set("futures", futures); else address.searchParams.delete("futures");
      if (address.href === location.href) location.reload(); else location.assign(address);
    } catch (error) {
      at("failed").replaceChildren(problem(error));
      at("run").disabled = false;
    }
  });
  const split = (text) => {
    const told = { without: [], steps: [], settings: {}, both_steps: [], assume: {} };
    for (const whole of text.split(";")) {
      const term = whole.replace(/^\*/, ""), ofBoth = term !== whole;
      const [path, value] = term.split("=");
      if (term.startsWith("-")) told.without.push(term.slice(1));
      else if (value !== undefined) told[ofBoth ? "assume" : "settings"][path] = Number(value);
      else told[ofBoth ? "both_steps" : "steps"].push(term);
    }
    return told;
  };

  const begin = async () => {
    read(form.dataset.text);
    const lacking = [...set.keys()].filter((path) => !known.has(path));
    await Promise.all(lacking.map(async (path) => {
      const found = await ask(`/cases/${caseId}/quantities?find=${encodeURIComponent(path)}&most=200`).catch(() => []);
      const one = found.find((each) => each.path === path);
      if (one) known.set(path, one);
    }));
    if (instrument) showSteps();
    showSet();
    at("run").disabled = !written() || form.dataset.lacks === "True";
    if (form.dataset.lacks === "True") at("told").textContent = "Four stand below: take one away first.";
  };
  begin();
})();
