// Keeps the counter's page alive: new calls, waiting times, and a tone for a new call.
"use strict";

const list = document.getElementById("calls");
const places = document.getElementById("terminals");
const link = document.getElementById("link");
const announce = document.getElementById("announce");
const tone = document.getElementById("tone");
const notify = document.getElementById("notify");
const words = document.getElementById("words").dataset;
const BARE_TITLE = document.title;
const TONE_KEY = "lotse.tone";
const NOTIFY_KEY = "lotse.notify";
const REMIND_SECONDS = 30;

let clockAhead = 0;
let audio = null;
let waiting = 0;
let rung = 0;

function waited(since, now) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))} ${words.hours}`;
}

function tick() {
  const now = Date.now() + clockAhead;
  for (const time of list.querySelectorAll("time[data-since]")) {
    const text = waited(Date.parse(time.dataset.since), now);
    if (time.textContent !== text) time.textContent = text;
  }
  if (waiting && now - rung > REMIND_SECONDS * 1000) ring();
}

function settle(root) {
  clockAhead = Date.parse(root.dataset.now) - Date.now();
  waiting = Number(root.dataset.waiting);
  document.title = waiting ? `(${waiting}) ${BARE_TITLE}` : BARE_TITLE;
  tick();
}

// Shows a part of the page anew; the choice of minutes and the focus are carried over.
function replace(region, html) {
  const template = document.createElement("template");
  template.innerHTML = html; // rendered by the hub, every label escaped there
  const chosen = new Map([...region.querySelectorAll("select")].map((select) => [select.id, select.value]));
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const card = focused && focused.closest("article");
  region.replaceChildren(template.content);
  for (const select of region.querySelectorAll("select")) {
    if (chosen.has(select.id)) select.value = chosen.get(select.id);
  }
  const target = focused && (document.getElementById(focused.id) || (card && document.getElementById(card.id)));
  if (target) target.focus({ preventScroll: true });
}

function showCalls(html) {
  const known = new Set([...list.querySelectorAll('article[data-state="queued"]')].map((card) => card.id));
  replace(list, html);
  const fresh = [...list.querySelectorAll('article[data-state="queued"]')].filter((card) => !known.has(card.id));
  fresh.forEach(welcome);
  if (fresh.length) ring(); // before the reminder looks at the clock: once is enough
  settle(list.firstElementChild);
}

function welcome(card) {
  card.classList.add("new");
  const text = (selector) => (card.querySelector(selector) || { textContent: "" }).textContent.trim();
  announce.textContent = `${words.newCall}: ${text("h3")}, ${text(".reason")}, ${text(".what .muted")}`;
  if (document.hidden && notifying()) new Notification(`${words.newCall}: ${text("h3")}`, { body: text(".reason"), tag: card.id });
}

function connected(yes) {
  link.hidden = false;
  const text = yes ? words.ready : words.lost;
  if (link.textContent !== text) link.textContent = text;
  link.className = yes ? "tag success" : "tag danger";
}

function ring() {
  rung = Date.now() + clockAhead;
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
  tone.querySelector("span").textContent = on ? words.toneOn : words.toneOff;
  localStorage.setItem(TONE_KEY, on ? "on" : "off");
}

// Browsers let a page sound only after a touch or key on it.
function wakeAudio() {
  if (!audio) audio = new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

function notifying() {
  return Notification.permission === "granted" && localStorage.getItem(NOTIFY_KEY) === "on";
}

function showNotifying() {
  notify.setAttribute("aria-pressed", String(notifying()));
  const refused = Notification.permission === "denied";
  notify.disabled = refused;
  notify.querySelector("span").textContent = refused ? words.notifyRefused : notifying() ? words.notifyOn : words.notifyOff;
}

// Browsers have notifications on HTTPS and on the machine itself only.
if ("Notification" in window && window.isSecureContext) {
  notify.hidden = false;
  showNotifying();
  notify.addEventListener("click", async () => {
    const on = !notifying();
    if (on) await Notification.requestPermission();
    localStorage.setItem(NOTIFY_KEY, on ? "on" : "off");
    showNotifying();
  });
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
  source.addEventListener("calls", (event) => showCalls(event.data));
  source.addEventListener("terminals", (event) => replace(places, event.data));
  source.addEventListener("error", () => {
    connected(false);
    source.close();
    setTimeout(follow, 2000);
  });
}
follow();
