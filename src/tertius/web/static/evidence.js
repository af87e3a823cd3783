"use strict";
// Drop a file on the form, and see which claim belongs to which words.
addEventListener("DOMContentLoaded", () => {
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
