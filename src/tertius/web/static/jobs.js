"use strict";
// Runs: a button with data-job asks for one, shows how far it is, lets it be cancelled, and goes to data-then at its end.
// A page that is opened again finds the run that it asked for.
(() => {
  const { all, ask, caseId, make, problem, say } = window.Tertius;
  const link = document.querySelector(".jobs");
  const going = new Map(); // id -> job that is not over

  const told = (job) => {
    if (job.state === "queued") return job.ahead ? `Waits behind ${job.ahead}` : "Waits";
    if (job.state !== "running") return job.state[0].toUpperCase() + job.state.slice(1);
    const stage = job.stage || "starts";
    return job.of > 1 ? `${stage}, ${Math.floor((100 * job.done) / job.of)}%` : stage;
  };
  const count = () => {
    const running = [...going.values()];
    link.hidden = !running.length;
    link.textContent = running.length === 1 ? `1 run: ${told(running[0]).toLowerCase()}` : `${running.length} runs`;
  };

  // Follow a job to its end: each change is told; the promise gives the job when it is over.
  const follow = (id, change = () => {}) => new Promise((resolve, reject) => {
    const stream = new EventSource(`/api/v1/jobs/${encodeURIComponent(id)}/events`);
    const taken = (job) => {
      if (job.is_over) going.delete(id); else going.set(id, job);
      count();
      change(job);
      if (!job.is_over) return;
      stream.close();
      resolve(job);
    };
    stream.addEventListener("job", (event) => taken(JSON.parse(event.data)));
    stream.addEventListener("error", async () => {
      if (stream.readyState !== EventSource.CLOSED) return; // it comes back by itself
      try { const job = await ask(`/jobs/${encodeURIComponent(id)}`); if (job.is_over) taken(job); else setTimeout(() => follow(id, change).then(resolve, reject), 1000); }
      catch (error) { going.delete(id); count(); reject(error); }
    });
  });
  const submit = (kind, args = {}) => ask(`/cases/${caseId}/jobs`, { method: "POST", body: { kind, arguments: args } });

  // Wait for a job that was asked for, showing in a place how far it is; the promise gives it when it is done.
  const waited = async (job, place) => {
    const bar = make("progress", { max: 1, "aria-label": "Progress" });
    const words = make("span", { class: "dim" });
    const cancel = make("button", { type: "button", onclick: () => ask(`/jobs/${job.id}`, { method: "DELETE" }).catch(() => {}) }, "Cancel");
    place.replaceChildren(make("div", { class: "job" }, bar, make("div", { class: "row" }, words, cancel)));
    let end;
    try {
      end = await follow(job.id, (now) => {
        words.textContent = told(now);
        if (now.of > 1 && now.state === "running") bar.value = now.done / now.of; else bar.removeAttribute("value");
      });
    } finally { place.replaceChildren(); }
    if (end.state !== "done") throw Object.assign(new Error(end.error?.message ?? "Cancelled."), { told: end.error ?? {} });
    return end;
  };

  // A page that stands for something that is yet to be made.
  const waits = document.getElementById("wait");
  if (waits) {
    const place = waits.querySelector(".place");
    const go = async (job) => {
      try { await waited(await job, place); location.reload(); }
      catch (error) { place.replaceChildren(problem(error)); }
    };
    if (waits.dataset.id) go({ id: waits.dataset.id });
    waits.querySelector("button")?.addEventListener("click", (event) => {
      event.target.disabled = true;
      go(ask(waits.dataset.ask, { method: "POST", body: {} })).then(() => { event.target.disabled = false; });
    });
  }

  // What stands below a button while its run goes on, and after it failed.
  const panel = (button) => {
    let held = button.nextElementSibling;
    if (!held?.classList.contains("job")) { held = make("div", { class: "job" }); button.after(held); }
    held.replaceChildren();
    return held;
  };
  const failed = (button, text) => {
    panel(button).append(problem({ message: text }));
    button.disabled = false;
  };
  const goOn = (button, id, focused = false) => {
    const bar = make("progress", { max: 1, "aria-label": `Progress: ${button.textContent.trim()}` });
    const words = make("span", { class: "dim" });
    const cancel = make("button", { type: "button", onclick: () => ask(`/jobs/${id}`, { method: "DELETE" }).catch((error) => failed(button, error.message)) }, "Cancel");
    panel(button).append(bar, make("div", { class: "row" }, words, cancel));
    button.disabled = true;
    if (focused) cancel.focus(); // the focus was lost with the button
    let before = "";
    return follow(id, (job) => {
      words.textContent = told(job);
      if (job.state === "running" && job.of > 1) bar.value = job.done / job.of; else bar.removeAttribute("value");
      if (job.state + job.stage !== before) { before = job.state + job.stage; say(told(job)); }
    }).then((job) => ended(button, job), (error) => failed(button, error.message));
  };
  const ended = (button, job) => {
    if (job.state === "failed") { failed(button, job.error?.message ?? "The run failed."); return; }
    button.disabled = false;
    if (job.state === "cancelled") { panel(button).append(make("p", { class: "dim" }, "Cancelled.")); button.focus(); return; }
    panel(button);
    button.dispatchEvent(new CustomEvent("job-done", { bubbles: true, detail: job }));
    const then = button.dataset.then;
    if (!then) return;
    const to = new URL(then, location.href);
    if (to.pathname + to.search !== location.pathname + location.search) { location.assign(to); return; }
    location.hash = to.hash; // which alone would not load the page again
    location.reload();
  };
  // What a button asks for; how many futures is chosen beside it, and a run of any number is its own.
  const chosen = (button) => button.closest(".asking")?.querySelector("[data-futures]");
  const fixed = (button) => JSON.parse(button.dataset.arguments || "{}");
  const wanted = (button) => ({ ...fixed(button), ...(chosen(button) ? { futures: Number(chosen(button).value) } : {}) });
  const mine = (button, job) => job.kind === button.dataset.job
    && Object.entries(fixed(button)).every(([name, value]) => JSON.stringify(job.arguments[name]) === JSON.stringify(value));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-job]");
    if (!button || button.disabled) return;
    const focused = document.activeElement === button;
    button.disabled = true;
    try { const job = await submit(button.dataset.job, wanted(button)); await goOn(button, job.id, focused); }
    catch (error) { failed(button, error.message); }
  });
  const begin = async () => {
    let jobs;
    try { jobs = (await ask(caseId ? `/cases/${caseId}/jobs?most=30` : "/jobs")).filter((job) => !job.is_over); }
    catch { return; } // the page is whole without them
    const free = all("button[data-job]");
    for (const job of jobs) {
      const place = free.findIndex((button) => mine(button, job));
      if (place < 0) { follow(job.id).catch(() => {}); continue; }
      const [button] = free.splice(place, 1), field = chosen(button);
      if (field && [...field.options].some((each) => Number(each.value) === job.arguments.futures)) field.value = job.arguments.futures;
      goOn(button, job.id);
    }
  };

  Object.assign(window.Tertius, { follow, submit, told, waited });
  begin();
})();
