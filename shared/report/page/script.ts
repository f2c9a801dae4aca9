/**
 * The script of the page. It filters chains and findings, copies fixes, and updates times. It writes the filter behind the `#` of the address, so
 * that a filtered page is a link that needs no server. The page is complete without the script.
 *
 * It sets text and builds no markup, because the page's policy forbids markup. It is in the head: it sets a class on the root, and a browser
 * would restyle the whole page if the class came later.
 */
export const SCRIPT = String.raw`'use strict';
const $ = (selector) => [...document.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
document.documentElement.classList.add('js');

let query, trouble, boxes, rows, groups, articles;
const textOf = (element) => element.textContent.toLowerCase();
const show = (element, on) => { if (element.hidden === on) element.hidden = !on; };

function filter() {
  rows ??= $('tbody[data-chain]').map((element) => ({ element, text: textOf(element), number: element.dataset.chain }));
  articles ??= $('article').map((element) => ({ element, text: textOf(element), numbers: element.dataset.chains.split(' ') }));
  groups ??= $('.group').map((element) => ({ element, rows: [...element.querySelectorAll('tbody[data-chain]')] }));
  const words = query.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const has = (text) => words.length === 0 || words.some((word) => text.includes(word));
  const fine = (row) => row.element.dataset.state === 'ok' || row.element.dataset.state === 'paused';
  const numbers = new Set();
  for (const row of rows) {
    const shown = has(row.text) && !(trouble.checked && fine(row));
    show(row.element, shown);
    if (shown) numbers.add(row.number);
  }
  for (const group of groups) {
    const any = group.rows.some((row) => !row.hidden);
    show(group.element, any);
    if (any && (words.length > 0 || trouble.checked) && group.element.tagName === 'DETAILS') group.element.open = true;
  }
  const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const narrowed = words.length > 0 || trouble.checked;
  let shownArticles = 0;
  for (const { element, text, numbers: of } of articles) {
    const shown = severities.has(element.dataset.severity) &&
      (!narrowed || (of[0] === 'all' ? numbers.size > 0 : of.some((number) => numbers.has(number))) || (words.length > 0 && has(text)));
    show(element, shown);
    if (shown) shownArticles++;
  }
  byId('no-chain').hidden = numbers.size > 0 || rows.length === 0;
  byId('no-finding').hidden = shownArticles > 0 || articles.length === 0;
  byId('shown').textContent = 'Shown: ' + numbers.size + ' of ' + rows.length + ' chains, ' + shownArticles + ' of ' + articles.length + ' findings.';
}

function toLink() {
  const parts = new URLSearchParams();
  if (query.value) parts.set('chain', query.value);
  const on = boxes.filter((box) => box.checked).map((box) => box.value);
  if (on.length < boxes.length) parts.set('severity', on.join(','));
  if (trouble.checked) parts.set('trouble', '1');
  history.replaceState(null, '', parts.size > 0 ? '#' + parts : location.pathname + location.search);
}

function fromLink() {
  if (!location.hash.includes('=')) return; // the link of a section or a finding
  const parts = new URLSearchParams(location.hash.slice(1));
  query.value = parts.get('chain') ?? '';
  trouble.checked = parts.has('trouble');
  const on = parts.get('severity')?.split(',');
  for (const box of boxes) box.checked = on === undefined || on.includes(box.value);
  filter();
}

async function copy(button) {
  const code = button.parentElement.querySelector('code');
  const label = button.firstChild;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch { // no clipboard without https
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (!document.execCommand('copy')) return;
  }
  label.data = 'Copied';
  byId('announcement').textContent = 'Copied';
  setTimeout(() => { label.data = 'Copy'; byId('announcement').textContent = ''; }, 2000);
}
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button.copy');
  if (button) copy(button);
});

function span(seconds) {
  const whole = Math.round(Math.abs(seconds));
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const i = Math.max(units.findIndex(([size]) => whole >= size), whole < 1 ? 3 : 0);
  const [size, name] = units[i];
  const [minor, minorName] = units[i + 1] ?? [1, 's'];
  const count = Math.floor(whole / size);
  const rest = Math.floor((whole % size) / minor);
  return count + ' ' + name + (size > 60 && count < 10 && rest > 0 ? ' ' + rest + ' ' + minorName : '');
}
function age() {
  for (const time of $('time[data-ago], time[data-until]')) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const ago = span(seconds) + ' ago';
    const until = time.hasAttribute('data-until');
    time.classList.toggle('bad', until && seconds < 0);
    const words = !until ? ago : seconds >= 0 ? 'expires in ' + span(seconds) : 'expired ' + ago;
    if (time.textContent !== words) time.textContent = words;
  }
}
let closed = [];
addEventListener('beforeprint', () => {
  closed = $('details:not([open])');
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => { for (const details of closed) details.open = false; });

addEventListener('DOMContentLoaded', () => {
  const form = document.forms[0];
  query = byId('q');
  trouble = byId('trouble');
  boxes = $('input[name=severity]');
  form.addEventListener('input', () => { filter(); toLink(); });
  form.addEventListener('reset', () => setTimeout(() => { query.value = ''; filter(); toLink(); }));
  form.addEventListener('submit', (event) => { event.preventDefault(); filter(); toLink(); });
  addEventListener('hashchange', fromLink);
  setTimeout(age);
  setInterval(age, 30000);
  fromLink();
  if (!rows) byId('shown').textContent = '';
});
`;
