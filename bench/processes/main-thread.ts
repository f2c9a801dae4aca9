import type { Page } from 'playwright-core';
import { sum } from 'simple-statistics';

type Event = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** CPU time of the thread, in µs. */
  readonly tdur?: number;
};

const SETTLED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/**
 * The tasks of a page's main thread, from an action until its result is on the screen, in ms of CPU. CPU time leaves out the other
 * work of the machine.
 */
export async function tasksOf(
  page: Page,
  act: (page: Page) => Promise<unknown>,
): Promise<number[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
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
  return threads.toSorted((a, b) => sum(b) - sum(a))[0] ?? []; // the thread with the most work: the other pages are idle
}
