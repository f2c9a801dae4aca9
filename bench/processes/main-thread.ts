import type { Page } from 'playwright-core';
import { sum } from 'simple-statistics';

type Event = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** In µs of the thread's own clock. */
  readonly tdur?: number;
};

const SETTLED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/**
 * What the main thread of a page has to do, from an action until what it brings is on the screen: each of its tasks, in ms of CPU, as what
 * the rest of a machine takes meanwhile is no work of the page.
 */
export async function tasksOf(
  page: Page,
  act: (page: Page) => Promise<unknown>,
): Promise<number[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('a page without a browser');
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act(page);
  await page.evaluate(SETTLED);
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly Event[] };
  const threadOf = ({ pid, tid }: Event) => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents.filter(({ args }) => args?.name === 'CrRendererMain').map(threadOf),
  );
  const tasks = traceEvents.filter(
    (event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(threadOf(event)),
  );
  const threads = [...Map.groupBy(tasks, threadOf).values()].map((each) =>
    each.map(({ tdur = 0 }) => tdur / 1000),
  );
  return threads.toSorted((a, b) => sum(b) - sum(a))[0] ?? []; // other pages of the browser rest
}
