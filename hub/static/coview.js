// Keeps the page of a co-view alive, and posts its forms without loading it anew.
"use strict";

const region = document.getElementById("screen");
const link = document.getElementById("link");

function connected(yes) {
  link.hidden = false;
  link.textContent = yes ? link.dataset.ready : link.dataset.lost;
  link.className = yes ? "tag success" : "tag danger";
}

function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // rendered by the hub, every label escaped there
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.replaceChildren(template.content);
  const target = focused && document.getElementById(focused);
  if (target) target.focus({ preventScroll: true });
  return Boolean(region.querySelector('[data-state="over"]'));
}

function follow() {
  const source = new EventSource(`/counter/coview/${region.dataset.session}/events`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("screen", (event) => {
    if (!show(event.data)) return;
    source.close();
    link.hidden = true;
  });
  source.addEventListener("error", () => {
    connected(false);
    source.close();
    setTimeout(follow, 2000);
  });
}

// Pointing and writing stay on this page; everything else goes where its form leads.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!/\/(point|line)$/.test(form.action)) return;
  event.preventDefault();
  await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  if (form.classList.contains("own")) form.reset();
});

follow();
