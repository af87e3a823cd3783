"use strict";
// What every page has: figures, the palette, the theme, jobs. A page's own script uses window.Tertius.
(() => {
  const root = document.documentElement;
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const caseId = document.body.dataset.case ?? "";
  const api = (path) => `/api/v1${path}`;

  const say = (text) => { document.getElementById("said").textContent = text; };

  // Ask the API; an error of it is thrown with its own words.
  const ask = async (path, { method = "GET", body, form } = {}) => {
    const options = { method, headers: {} };
    if (form) { options.body = form; options.headers["X-Tertius"] = "1"; }
    else if (body !== undefined) { options.body = JSON.stringify(body); options.headers["Content-Type"] = "application/json"; }
    else if (method !== "GET") options.headers["Content-Type"] = "application/json";
    const answer = await fetch(path.startsWith("/") && path.startsWith("/api") ? path : api(path), options);
    const data = answer.headers.get("content-type")?.includes("json") ? await answer.json() : await answer.text();
    if (!answer.ok) {
      const told = data?.error ?? {};
      const error = new Error(told.message ?? [told.place, told.allowed, told.fix].filter(Boolean).join(": ") ?? answer.statusText);
      error.status = answer.status;
      error.told = told;
      throw error;
    }
    return data;
  };

  // An element: tag, properties, children. Text is always text.
  const make = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "class") made.className = value;
      else if (value === true) made.setAttribute(name, "");
      else made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
  };

  // Figures: drawn again by Vega as they come into view, in the page's own inks and width.
  const themed = (figure) => {
    const style = getComputedStyle(root);
    let text = JSON.stringify(figure.spec);
    for (const [ink, colour] of Object.entries(figure.inks)) {
      text = text.replaceAll(`"${colour}"`, `"${style.getPropertyValue(`--${ink}`).trim()}"`);
    }
    return JSON.parse(text);
  };
  const held = new Map();
  const draw = async (figure) => {
    const holder = figure.querySelector(".drawn");
    const width = holder.clientWidth;
    if (!window.vegaEmbed || !width || figure.dataset.width === String(width)) return;
    figure.dataset.width = String(width);
    try {
      const address = figure.dataset.figure;
      if (!held.has(address)) held.set(address, await ask(address));
      const spec = themed(held.get(address));
      if (typeof spec.width === "number" || spec.width === undefined) spec.width = width;
      spec.autosize = { type: "fit-x", contains: "padding" };
      spec.config = { ...spec.config, aria: false };
      const live = make("div", { class: "live", "aria-hidden": "true" });
      await window.vegaEmbed(live, spec, {
        mode: "vega-lite", ast: true, actions: false, renderer: "svg", defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      });
      holder.querySelector(".live")?.remove();
      holder.append(live);
      holder.classList.add("lively");
    } catch { /* the still picture stays */ }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "200px" });
  const watchFigures = (within = document) => all("[data-figure]", within).forEach((figure) => seen.observe(figure));
  const again = () => all("[data-figure]").filter((figure) => figure.dataset.width).forEach((figure) => {
    delete figure.dataset.width;
    draw(figure);
  });
  // A figure that a script was given, as an element.
  const shown = (figure, address) => {
    held.set(address, figure);
    const picture = make("div", { class: "drawn", role: "img", "aria-label": figure.alt });
    picture.innerHTML = figure.svg; // drawn by the server out of numbers and escaped names
    const made = make("figure", { class: "figure", "data-figure": address }, make("figcaption", {}, figure.title), picture);
    seen.observe(made);
    return made;
  };
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 200); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  // Light or dark.
  document.querySelector(".theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept then */ }
    again();
  });

  // The palette: `/` opens it; words narrow it; arrows choose; Enter goes.
  const palette = document.querySelector(".palette");
  const field = palette.querySelector("input");
  const list = palette.querySelector("ul");
  let places = null, chosen = 0, matching = [];
  const listed = async () => {
    if (places) return;
    places = all(".pages a").map((link) => [link.textContent, link.href]);
    try {
      const cases = await ask("/cases");
      places.push(...cases.map((one) => [one.title, `/case/${one.id}/today`]));
      if (caseId) places.push(...(await ask(`/cases/${caseId}/places`)).map((one) => [one.name, one.address]));
    } catch { /* what is there is shown */ }
    narrow();
  };
  const narrow = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    matching = (places ?? []).filter(([name]) => words.every((word) => name.toLowerCase().includes(word))).slice(0, 40);
    chosen = 0;
    mark();
  };
  const mark = () => {
    list.replaceChildren(...matching.map(([name, address], place) => make("li", {
      role: "option", id: `found-${place}`, "aria-selected": String(place === chosen), onclick: () => { location.href = address; },
    }, name)));
    field.setAttribute("aria-activedescendant", matching.length ? `found-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const open = () => { if (palette.open) return; field.value = ""; palette.showModal(); listed(); narrow(); };
  document.querySelector(".find").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); open(); }
  });
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && matching.length) { event.preventDefault(); chosen = (chosen + step + matching.length) % matching.length; mark(); }
    if (event.key === "Enter" && matching[chosen]) location.href = matching[chosen][1];
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });

  // Jobs: told as they change, also after a reload or a restart of the server; `on` hears every change.
  const isOver = (job) => ["done", "failed", "cancelled"].includes(job.state);
  const follow = (id, on = () => {}) => new Promise((resolve) => {
    let last = null;
    const heard = (job) => { last = job; on(job); if (isOver(job)) { stream.close(); resolve(job); } };
    const stream = new EventSource(api(`/jobs/${id}/events`));
    stream.addEventListener("job", (event) => heard(JSON.parse(event.data)));
    stream.addEventListener("error", async () => {
      if (stream.readyState !== EventSource.CLOSED || (last && isOver(last))) return; // it comes back by itself
      try { heard(await ask(`/jobs/${id}`)); } catch { /* the server is away */ }
      if (!last || !isOver(last)) setTimeout(() => follow(id, on).then(resolve), 1000);
    });
  });
  // A job's bar with its words and a button that cancels it.
  const bar = (job) => {
    const words = make("span", { class: "stage" });
    const line = make("progress", { max: 1, "aria-label": "Progress" });
    const cancel = make("button", { type: "button", onclick: () => ask(`/jobs/${job.id}`, { method: "DELETE" }).catch((error) => say(error.message)) }, "Cancel");
    const made = make("div", { class: "job" }, line, words, cancel);
    made.tell = (now) => {
      words.textContent = now.state === "queued" ? (now.ahead ? `waits, ${now.ahead} before it` : "waits") :
        now.of > 1 ? `${now.stage}: ${now.done} of ${now.of}` : now.stage || "begins";
      if (now.of > 0 && now.state === "running") line.value = now.done / now.of; else line.removeAttribute("value");
    };
    made.tell(job);
    return made;
  };
  // Ask for a job (or go on with one that is there), show its bar in `place`; what it gave, or an error thrown.
  const run = async (kind, given, place, known = null) => {
    const job = known ?? await ask(`/cases/${caseId}/jobs`, { method: "POST", body: { kind, arguments: given } });
    if (!isOver(job)) {
      const shown = bar(job);
      place?.replaceChildren(shown);
      const end = await follow(job.id, shown.tell);
      shown.remove();
      say(`${kind}: ${end.state}`);
      if (end.state !== "done") throw Object.assign(new Error(end.error?.message ?? "cancelled"), { job: end });
    }
    return { job, result: await ask(`/jobs/${job.id}/result`) };
  };
  const problem = (error) => make("pre", { class: "problem", role: "alert" }, error.message);
  // Buttons that run a job and then show a page; one that is under way already is gone on with.
  const wired = async () => {
    const buttons = all("button[data-job]");
    if (!caseId || !buttons.length) return;
    const known = await ask(`/cases/${caseId}/jobs`).catch(() => []);
    for (const button of buttons) {
      const place = make("div", { class: "place" });
      button.after(place);
      const go = async (job) => {
        button.disabled = true;
        try {
          await run(button.dataset.job, JSON.parse(button.dataset.arguments ?? "{}"), place, job);
          location.assign(button.dataset.then ?? location.href);
        } catch (error) { button.disabled = false; place.replaceChildren(problem(error)); }
      };
      button.addEventListener("click", () => go(null));
      const under = known.find((job) => job.kind === button.dataset.job && !isOver(job));
      if (under) go(under);
    }
  };
  wired();

  window.Tertius = { follow, isOver, problem, run, bar, all, ask, caseId, make, say, shown, watchFigures };
  watchFigures();
})();
