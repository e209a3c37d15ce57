// Lets a terminal's mark be dragged on the floor plan; the two fields beside it do the same.
"use strict";

const plan = document.getElementById("plan");
const said = document.getElementById("said");

function formOf(name) {
  return [...document.querySelectorAll(".spot-form")].find((form) => form.dataset.terminal === name);
}

function spotOf(event) {
  const box = plan.getBoundingClientRect();
  const part = (at, start, length) => Math.round(Math.min(100, Math.max(0, ((at - start) / length) * 100)) * 10) / 10;
  return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
}

function move(mark, [x, y]) {
  mark.setAttribute("x", `${x}%`);
  mark.setAttribute("y", `${y}%`);
  const form = formOf(mark.dataset.terminal);
  form.elements.x.value = x;
  form.elements.y.value = y;
}

async function save(mark) {
  const form = formOf(mark.dataset.terminal);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  said.textContent = "";
  if (answer.type === "opaqueredirect") said.textContent = `${said.dataset.saved} ${mark.dataset.terminal}`;
  else location.reload();
}

function begin(event) {
  const mark = event.target.closest("[data-terminal]");
  if (!mark) return;
  event.preventDefault();
  const follow = (moved) => move(mark, spotOf(moved));
  const end = (ended) => {
    plan.removeEventListener("pointermove", follow);
    plan.removeEventListener("pointercancel", end);
    plan.removeEventListener("pointerup", end);
    if (ended.type === "pointerup") save(mark);
    else location.reload();
  };
  plan.setPointerCapture(event.pointerId);
  plan.addEventListener("pointermove", follow);
  plan.addEventListener("pointercancel", end);
  plan.addEventListener("pointerup", end);
}

if (plan) {
  document.getElementById("drag-hint").hidden = false;
  plan.addEventListener("pointerdown", begin);
}
