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
/** What a person takes for at once. */
const AT_ONCE_MS = 100;
const TYPED = 'chain-7';
const SCREENS = 20;
/** Of three frames: a person scrolls, and looks. */
const FRAMES_MS = 50;
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

/** All in ms of the page's main thread. */
type Use = {
  readonly open: number;
  /** The longest task of opening, and of scrolling through: as long as nothing else is answered. */
  readonly openTask: number;
  readonly scrollTask: number;
  /** The busiest of the keys that filter, and the one that takes the filter back. */
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
      await page.waitForTimeout(FRAMES_MS);
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
      name: `${of}: to open`,
      unit: 'ms of its main thread',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: rounds.map(([many, few]) => [many.open, (few.open * MANY) / FEW]),
      budget: 0.5,
    });
    const atOnce: [what: string, of: keyof Use][] = [
      ['the longest task of its opening', 'openTask'],
      ['the busiest key of its filter', 'key'],
      ['the key that clears its filter', 'clear'],
      ['the longest task of scrolling', 'scrollTask'],
    ];
    for (const [what, key] of atOnce) {
      yield figureOf({
        name: `${of}: ${what}`,
        unit: 'ms of its main thread',
        against: 'what is taken for at once',
        pairs: rounds.map(([many]) => [many[key], AT_ONCE_MS]),
        budget: 0.8,
      });
    }
  } finally {
    await pages.close();
  }
}

/** The audit's page: making it, and using it. */
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
      name: `page of ${MANY} chains: CPU to make it`,
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
      process.stderr.write(`        there is no ${CHROMIUM}: nothing is measured in a browser\n`);
  },
};
