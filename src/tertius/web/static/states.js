"use strict";
// States: rows are narrowed as one types; a week is chosen without a button.
(() => {
  const { all, say } = window.Tertius;
  const form = document.querySelector(".steps-form");
  if (!form) return;
  form.querySelector("button").hidden = true;
  form.querySelector("select").addEventListener("change", () => form.requestSubmit());
  const field = form.querySelector("input[type=search]");
  const rows = all(".steps tbody tr");
  const began = field.value.trim();
  field.addEventListener("input", () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.find.includes(word));
      count += row.hidden ? 0 : 1;
    }
    const here = new URL(location.href);
    if (field.value.trim()) here.searchParams.set("q", field.value.trim()); else here.searchParams.delete("q");
    history.replaceState(null, "", here);
    for (const link of all(".steps thead a")) {
      const to = new URL(link.href);
      if (field.value.trim()) to.searchParams.set("q", field.value.trim()); else to.searchParams.delete("q");
      link.href = to;
    }
    say(`${count} of ${rows.length} rows`);
    // What the server left out comes back with the form.
    if (began && !field.value.trim().toLowerCase().startsWith(began.toLowerCase())) form.requestSubmit();
  });
})();
