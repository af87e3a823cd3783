"use strict";
// Drop a file on the form, and see which claim belongs to which words.
addEventListener("DOMContentLoaded", () => {
  // Claims of one sentence share its mark: the words of the card under the pointer, or in focus, are lit.
  const light = (event) => {
    const card = event.target.closest?.(".claim");
    const whose = card && (event.type === "pointerover" || event.type === "focusin") ? card.id.slice(1) : "";
    for (const words of document.querySelectorAll("[data-claims]")) words.classList.toggle("lit", words.dataset.claims.split(" ").includes(whose));
  };
  for (const name of ["pointerover", "pointerout", "focusin", "focusout"]) addEventListener(name, light);
  const form = document.querySelector(".reading");
  if (!form) return;
  const file = form.querySelector('input[type="file"]');
  const text = form.querySelector("textarea");
  const told = () => {
    const held = file.files.length > 0;
    text.disabled = held;
    form.querySelector(".picked").textContent = held ? file.files[0].name : "";
  };
  file.addEventListener("change", told);
  form.addEventListener("reset", () => setTimeout(told));
  for (const name of ["dragover", "dragenter"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = event.dataTransfer;
    if (dropped.files.length) { file.files = dropped.files; told(); }
    else { text.value = dropped.getData("text/plain"); }
  });
});
