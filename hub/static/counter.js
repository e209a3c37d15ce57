// Keeps the counter's page alive: new calls, waiting times, and a tone for a new call.
"use strict";

const list = document.getElementById("calls");
const link = document.getElementById("link");
const announce = document.getElementById("announce");
const tone = document.getElementById("tone");
const BARE_TITLE = document.title;
const TONE_KEY = "lotse.tone";

let clockAhead = 0;
let audio = null;

function waited(since, now) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))} Std.`;
}

function tick() {
  const now = Date.now() + clockAhead;
  for (const time of list.querySelectorAll("time[data-since]")) {
    const words = waited(Date.parse(time.dataset.since), now);
    if (time.textContent !== words) time.textContent = words;
  }
}

function settle(root) {
  clockAhead = Date.parse(root.dataset.now) - Date.now();
  const waiting = Number(root.dataset.waiting);
  document.title = waiting ? `(${waiting}) ${BARE_TITLE}` : BARE_TITLE;
  tick();
}

// Shows the list anew; the choice of minutes and the focus are carried over.
function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // rendered by the hub, every label escaped there
  const queued = [...template.content.querySelectorAll('article[data-state="queued"]')];
  const fresh = queued.filter((card) => !document.getElementById(card.id));
  const chosen = new Map([...list.querySelectorAll("select")].map((select) => [select.id, select.value]));
  const focus = document.activeElement && document.activeElement.id;
  const card = document.activeElement && document.activeElement.closest("article");
  list.replaceChildren(template.content);
  for (const select of list.querySelectorAll("select")) {
    if (chosen.has(select.id)) select.value = chosen.get(select.id);
  }
  if (focus && document.activeElement === document.body) {
    const target = document.getElementById(focus) || (card && document.getElementById(card.id));
    if (target) target.focus({ preventScroll: true });
  }
  settle(list.firstElementChild);
  fresh.forEach(welcome);
}

function welcome(card) {
  card.classList.add("new");
  const words = (selector) => (card.querySelector(selector) || { textContent: "" }).textContent.trim();
  announce.textContent = `Neuer Ruf: ${words("h3")}, ${words(".reason")}, ${words(".what .muted")}`;
  ring();
}

function connected(yes) {
  link.hidden = false;
  const words = yes ? "Bereit für Rufe" : "Keine Verbindung. Rufe kommen gerade nicht an.";
  if (link.textContent !== words) link.textContent = words;
  link.className = yes ? "tag success" : "tag danger";
}

function ring() {
  if (!audio || tone.getAttribute("aria-pressed") !== "true") return;
  const start = audio.currentTime;
  [660, 880].forEach((frequency, index) => {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.15, start + index * 0.25);
    gain.gain.exponentialRampToValueAtTime(0.001, start + index * 0.25 + 0.4);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(start + index * 0.25);
    oscillator.stop(start + index * 0.25 + 0.4);
  });
}

function setTone(on) {
  tone.setAttribute("aria-pressed", String(on));
  tone.querySelector("span").textContent = on ? "Ton ist an" : "Ton ist aus";
  localStorage.setItem(TONE_KEY, on ? "on" : "off");
}

// Browsers let a page sound only after a touch or key on it.
function wakeAudio() {
  if (!audio) audio = new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

tone.hidden = false;
setTone(localStorage.getItem(TONE_KEY) !== "off");
tone.addEventListener("click", () => {
  setTone(tone.getAttribute("aria-pressed") !== "true");
  wakeAudio();
  ring();
});
document.addEventListener("pointerdown", wakeAudio, { once: true });
document.addEventListener("keydown", wakeAudio, { once: true });

settle(list.firstElementChild);
setInterval(tick, 1000);

// Other than EventSource by itself, this comes back after an answer that is no stream, too.
function follow() {
  const source = new EventSource("/counter/events");
  source.addEventListener("open", () => connected(true));
  source.addEventListener("calls", (event) => show(event.data));
  source.addEventListener("error", () => {
    connected(false);
    source.close();
    setTimeout(follow, 2000);
  });
}
follow();
