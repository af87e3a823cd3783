"use strict";
// Questions: rows are narrowed as one types; all open or close at once; a question that the address names stands open.
(() => {
  const { all, say } = window.Tertius;
  const opened = () => {
    const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = found; each; each = each.parentElement) {
      if (each.tagName !== "DETAILS") continue;
      each.open = true;
      each.hidden = false; // one that was just added, whatever the list is narrowed to
      document.querySelector("#ask .none").hidden = true;
    }
    if (found) found.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", opened);
  opened();

  const form = document.querySelector(".narrowing");
  if (!form) return;
  const field = form.querySelector("input[type=search]"), state = form.querySelector("select");
  const groups = all("details.group"), rows = all("details.question");
  const narrow = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    for (const row of rows) {
      row.hidden = !(words.every((word) => row.dataset.find.includes(word)) && (!state.value || row.dataset.state === state.value));
    }
    for (const group of groups) {
      group.hidden = !all("details.question", group).some((row) => !row.hidden);
      if (!group.hidden && (field.value.trim() || state.value)) group.open = true;
    }
    const count = rows.filter((row) => !row.hidden).length;
    document.querySelector("#ask .none").hidden = count > 0;
    const shown = (address) => {
      const to = new URL(address, location.href);
      for (const [name, value] of [["q", field.value.trim()], ["state", state.value]]) {
        if (value) to.searchParams.set(name, value); else to.searchParams.delete(name);
      }
      return to;
    };
    const here = shown(location.href);
    here.hash = ""; // whoever narrows the list has left the question that the address named
    history.replaceState(null, "", here);
    for (const each of all("[data-then]")) { // where a run or a change leads back to
      const to = shown(each.dataset.then);
      if (to.pathname === location.pathname) each.dataset.then = to.pathname + to.search + to.hash;
    }
    say(`${count} of ${rows.length} questions`);
  };
  form.querySelector(".show").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", narrow);
  state.addEventListener("change", narrow);
  const folding = form.querySelector(".folding");
  folding.hidden = false;
  const isOpen = () => groups.every((group) => group.open);
  const named = () => { folding.textContent = isOpen() ? "Close all" : "Open all"; };
  folding.addEventListener("click", () => { const open = !isOpen(); for (const group of groups) group.open = open; });
  for (const group of groups) group.addEventListener("toggle", named);
  named();
})();
