import { existsSync } from 'node:fs';
import { sum } from 'simple-statistics';
import { reportAs } from '../shared/report/formats.ts';
import { openPages, type Pages } from '../test/real/browser/browser.ts';
import { fleetOf } from '../test/report/fleet.ts';
import { type Bench, type Figure, figureOf, sideBySide } from './figures/figure.ts';
import { tasksOf } from './processes/main-thread.ts';

const FEW = 100;
const MANY = 1_000;
const ROUNDS = 5;
/** A person perceives a response within this time as instant. */
const INSTANT_MS = 100;
const TYPED = 'chain-7';
const SCREENS = 20;
/** Three frames: the pause between two scrolls. */
const SCROLL_PAUSE_MS = 50;
const CHROMIUM = '/usr/bin/chromium';

const now = new Date('2026-11-22T12:00:00Z');

/** @returns ms of CPU, and the size in KB */
function render(count: number): { cpuMs: number; kb: number } {
  const report = fleetOf(count);
  const before = process.cpuUsage();
  const { body } = reportAs(report, 'html', now);
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, kb: String(body).length / 1024 };
}

/** In ms of CPU of the page's main thread. */
type Use = {
  readonly open: number;
  /** The longest task while the page opens, and while it scrolls. During a task the page responds to nothing. */
  readonly openTask: number;
  readonly scrollTask: number;
  /** The most expensive key press in the filter, and the key press that clears the filter. */
  readonly key: number;
  readonly clear: number;
};

async function use(pages: Pages, path: string): Promise<Use> {
  const { page } = await pages.open('/empty');
  const opening = await tasksOf(page, () => page.goto(pages.url + path));
  await page.getByLabel('Chain', { exact: true }).focus();
  const keys: number[] = [];
  for (const letter of TYPED) {
    keys.push(sum(await tasksOf(page, () => page.keyboard.type(letter))));
  }
  const clear = sum(await tasksOf(page, () => page.keyboard.press('Escape')));
  if ((await page.getByLabel('Chain', { exact: true }).inputValue()) !== '') {
    throw new Error('Escape did not clear the filter');
  }
  const scrolling = await tasksOf(page, async () => {
    for (let screen = 0; screen < SCREENS; screen++) {
      await page.mouse.wheel(0, page.viewportSize()?.height ?? 0);
      await page.waitForTimeout(SCROLL_PAUSE_MS);
    }
  });
  await page.context().close();
  return {
    open: sum(opening),
    openTask: Math.max(...opening),
    scrollTask: Math.max(...scrolling),
    key: Math.max(...keys),
    clear,
  };
}

async function* inBrowser(): AsyncIterable<Figure> {
  const pages = await openPages(
    new Map([
      ['/empty', fleetOf(1)],
      ['/few', fleetOf(FEW)],
      ['/many', fleetOf(MANY)],
    ]),
  );
  try {
    await use(pages, '/few');
    const rounds = await sideBySide(
      ROUNDS,
      () => use(pages, '/many'),
      () => use(pages, '/few'),
    );
    const of = `page of ${MANY} chains, in Chromium`;
    yield figureOf({
      name: `${of}: CPU to open it`,
      unit: 'ms of main thread',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: rounds.map(([many, few]) => [many.open, (few.open * MANY) / FEW]),
      budget: 0.5,
    });
    const instant: [what: string, key: keyof Use][] = [
      ['longest task while it opens', 'openTask'],
      ['most expensive key in its filter', 'key'],
      ['key that clears its filter', 'clear'],
      ['longest task while it scrolls', 'scrollTask'],
    ];
    for (const [what, key] of instant) {
      yield figureOf({
        name: `${of}: ${what}`,
        unit: 'ms of main thread',
        against: 'perceived as instant',
        pairs: rounds.map(([many]) => [many[key], INSTANT_MS]),
        budget: 0.8,
      });
    }
  } finally {
    await pages.close();
  }
}

/** The page of an audit: rendering it, and using it in a browser. */
export const bench: Bench = {
  name: 'page',
  async *run() {
    render(MANY);
    const cpu = await sideBySide(
      ROUNDS,
      async () => render(MANY).cpuMs,
      async () => sum(Array.from({ length: MANY / FEW }, () => render(FEW).cpuMs)),
    );
    yield figureOf({
      name: `page of ${MANY} chains: CPU to render it`,
      unit: 'ms',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: cpu,
      budget: 0.5,
    });
    yield figureOf({
      name: `page of ${MANY} chains: size`,
      unit: 'KB',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: [[render(MANY).kb, (render(FEW).kb * MANY) / FEW]],
      budget: 1,
    });
    if (existsSync(CHROMIUM)) yield* inBrowser();
    else
      process.stderr.write(
        `        ${CHROMIUM} does not exist, so nothing is measured in a browser\n`,
      );
  },
};
