import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { reportAs } from '../shared/report/formats.ts';
import { openPages, type Pages } from '../test/real/browser.ts';
import { fleetOf } from '../test/report/reports.ts';
import { type Bench, type Figure, figureOf, type Pair } from './figure.ts';

const FEW = 100;
const MANY = 1_000;
const ROUNDS = 5;
/** What a person takes for at once. */
const AT_ONCE_MS = 100;
const TYPED = 'chain-7';
const CHROMIUM = '/usr/bin/chromium';

const now = new Date('2026-11-22T12:00:00Z');
const SETTLED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** @returns ms of CPU, and the size in KB */
function render(count: number): { cpuMs: number; kb: number } {
  const report = fleetOf(count);
  const before = process.cpuUsage();
  const { body } = reportAs(report, 'html', { now });
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, kb: String(body).length / 1024 };
}

/** What the main thread of the page has to do, in ms: to open it, and for the busiest of the keys that filter it. */
async function busyness(pages: Pages, path: string): Promise<{ open: number; key: number }> {
  const { page } = await pages.open('/empty');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const busy = async (act: (page: Page) => Promise<unknown>): Promise<number> => {
    const read = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    };
    const before = await read();
    await act(page);
    await page.evaluate(SETTLED);
    return ((await read()) - before) * 1000;
  };
  const open = await busy(() => page.goto(pages.url + path));
  await page.getByLabel('Chain', { exact: true }).focus();
  let key = 0;
  for (const letter of TYPED) {
    key = Math.max(key, await busy(() => page.keyboard.type(letter)));
  }
  await page.context().close();
  return { open, key };
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
    await busyness(pages, '/few');
    const opened: Pair[] = [];
    const keys: Pair[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const many = await busyness(pages, '/many');
      const few = await busyness(pages, '/few');
      opened.push([many.open, (few.open * MANY) / FEW]);
      keys.push([many.key, AT_ONCE_MS]);
    }
    const of = `page of ${MANY} chains, in Chromium`;
    yield figureOf({
      name: `${of}: to open`,
      unit: 'ms of its main thread',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: opened,
      budget: 1,
    });
    yield figureOf({
      name: `${of}: the busiest key of its filter`,
      unit: 'ms of its main thread',
      against: 'what is taken for at once',
      pairs: keys,
      budget: 1,
    });
  } finally {
    await pages.close();
  }
}

/** The audit's page: making it, and using it. */
export const bench: Bench = {
  name: 'page',
  async *run() {
    render(MANY);
    const cpu: Pair[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const many = render(MANY);
      const few = Array.from({ length: MANY / FEW }, () => render(FEW).cpuMs);
      cpu.push([many.cpuMs, few.reduce((sum, each) => sum + each, 0)]);
    }
    yield figureOf({
      name: `page of ${MANY} chains: CPU to make it`,
      unit: 'ms',
      against: `${MANY / FEW} pages of ${FEW}`,
      pairs: cpu,
      budget: 1.15,
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
