import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { fleetOf } from '../../report/fleet.ts';
import { CLEAN, FINDINGS, REPORT } from '../../report/reports.ts';
import { openPages, type Pages } from './browser.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages(
    new Map<string, ShownReport>([
      ['/', REPORT],
      ['/clean', CLEAN],
      ['/local', { ...REPORT, cloud: 'LOCAL' }],
      ['/fleet', fleetOf(1000)],
      ['/tenth', fleetOf(100)],
    ]),
  );
});
afterAll(() => pages?.close());

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
};
const openDetails = (page: Page) =>
  page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
const shownIn = (page: Page, selector: string) => page.locator(`${selector}:visible`).count();
const query = (page: Page) => page.getByLabel('Chain', { exact: true });
const box = (page: Page, severity: string) =>
  page.getByRole('checkbox', { name: new RegExp(`^${severity}`) });

describe('in Chromium, the page', () => {
  it('requests only itself, and violates no rule of its content security policy', async () => {
    const { page, requests, messages } = await pages.open('/');
    await openDetails(page);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`${pages.url}/`]);
    expect(messages).toEqual([]);
  });

  it.each<{ situation: string; path: string; options: BrowserContextOptions }>([
    { situation: 'with light colours', path: '/', options: { colorScheme: 'light' } },
    { situation: 'with dark colours', path: '/', options: { colorScheme: 'dark' } },
    {
      situation: 'on a phone, with light colours',
      path: '/',
      options: { ...PHONE, colorScheme: 'light' },
    },
    {
      situation: 'on a phone, with dark colours',
      path: '/',
      options: { ...PHONE, colorScheme: 'dark' },
    },
    { situation: 'without findings', path: '/clean', options: {} },
    { situation: 'of a local cloud', path: '/local', options: { colorScheme: 'dark' } },
    { situation: 'of a hundred chains', path: '/tenth', options: {} },
  ])('has no accessibility violation that axe finds, $situation', async ({ path, options }) => {
    const { page } = await pages.open(path, options);
    await openDetails(page);
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
  });

  it.each([
    { screen: 'a phone', options: PHONE },
    { screen: 'a narrow window', options: { viewport: { width: 320, height: 600 } } },
  ])('fits $screen without horizontal scrolling', async ({ options }) => {
    const { page } = await pages.open('/', options);
    await openDetails(page);
    const [inner, scroll] = (await page.evaluate(
      '[innerWidth, document.documentElement.scrollWidth]',
    )) as [number, number];
    expect(scroll).toBeLessThanOrEqual(inner);
  });

  it('shows everything without JavaScript, and then the server filters', async () => {
    const { page, requests } = await pages.open('/', { javaScriptEnabled: false });
    expect(await shownIn(page, 'article')).toBe(FINDINGS.length);
    expect(await shownIn(page, 'svg.picture')).toBeGreaterThan(0);
    expect(await shownIn(page, 'button.copy')).toBe(0);
    for (const severity of ['critical', 'medium', 'info']) {
      await box(page, severity).uncheck();
    }
    await query(page).fill('billing-export');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(requests.at(-1)).toBe(`${pages.url}/?format=html&chain=billing-export&severity=high`);
    expect(await page.locator('article .summary').allTextContents()).toEqual([
      FINDINGS[1]?.evidence.summary,
    ]);
    expect(await page.locator('.filtered').textContent()).toContain('billing-export, high');
  });

  it('begins with a link that skips its header, for people who use a keyboard', async () => {
    const { page } = await pages.open('/');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the report');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  it('prints every finding with its fix and its details, and without navigation, filters and buttons', async () => {
    const { page } = await pages.open('/');
    await page.emulateMedia({ media: 'print' });
    expect(await shownIn(page, 'article')).toBe(FINDINGS.length);
    expect(await shownIn(page, ':is(nav, .filter, button)')).toBe(0);
    const visible =
      'getComputedStyle(document.querySelector(".reach"), "::details-content").contentVisibility';
    expect(await page.evaluate(visible)).toBe('visible');
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type ?\/Page\b/g)?.length).toBeGreaterThan(1);
  });

  // SCREENSHOT=docs/audit.png writes the screenshot of the documentation.
  it('can be made into a screenshot', async () => {
    const { page } = await pages.open('/', { deviceScaleFactor: 2 });
    const { SCREENSHOT } = process.env;
    const image = await page.screenshot({
      clip: { x: 0, y: 0, width: 1280, height: 1000 },
      ...(SCREENSHOT && { path: SCREENSHOT }),
    });
    expect(image.length).toBeGreaterThan(50_000);
  });
});

describe('the filters', () => {
  it('show only matching chains and findings, at once, without a request to the server', async () => {
    const { page, requests } = await pages.open('/');
    const before = requests.length;
    await query(page).fill('billing');
    expect(await page.locator('tbody[data-chain]:visible .chain-name').allTextContents()).toEqual([
      'billing-export',
    ]);
    await box(page, 'critical').uncheck();
    expect(await page.locator('article:visible .severity').allTextContents()).toEqual([
      'high',
      'info',
    ]);
    await page.getByLabel('only chains in trouble').check();
    await query(page).fill('metrics-push');
    expect(await page.getByText('No chain matches the filter.').isVisible()).toBe(true);
    expect(await page.locator('#shown').textContent()).toMatch(/^Shown: 0 of 6 chains/);
    expect(requests.length).toBe(before);
  });

  it('make a link that shows another person the same', async () => {
    const { page } = await pages.open('/');
    await query(page).fill('partner');
    await box(page, 'high').uncheck();
    const link = new URL(page.url());
    expect(link.hash).toBe('#chain=partner&severity=critical%2Cmedium%2Cinfo');
    const { page: other } = await pages.open(link.pathname + link.hash);
    expect(await query(other).inputValue()).toBe('partner');
    expect(await shownIn(other, 'tbody[data-chain]')).toBe(1);
    expect(await shownIn(other, 'article')).toBe(await shownIn(page, 'article'));
  });

  it('are removed by one button, also from the link', async () => {
    const { page } = await pages.open('/#chain=partner');
    expect(await shownIn(page, 'tbody[data-chain]')).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction(
      'document.querySelectorAll("tbody[data-chain]:not([hidden])").length === 6',
    );
    expect(await shownIn(page, 'article')).toBe(FINDINGS.length);
    expect(new URL(page.url()).hash).toBe('');
  });

  it('show HTML in a link as text', async () => {
    const { page, messages } = await pages.open('/#chain=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E');
    expect(await query(page).inputValue()).toBe('<img src=x onerror=alert(1)>');
    expect(messages).toEqual([]);
  });
});

describe('a fix', () => {
  const clipboardOf = (page: Page) => page.evaluate('navigator.clipboard.readText()');
  const fixes = FINDINGS.flatMap(({ fix }) => fix ?? []);

  it('is copied exactly, with a mouse', async () => {
    const { page } = await pages.open('/');
    const buttons = page.locator('.fixes > .copyable .copy');
    expect(await buttons.count()).toBe(fixes.length);
    for (const [i, { gcloud }] of fixes.entries()) {
      await buttons.nth(i).click();
      expect(await clipboardOf(page)).toBe(gcloud);
    }
  });

  it('is copied with a keyboard, and a screen reader announces it', async () => {
    const { page } = await pages.open('/');
    await openDetails(page);
    await page
      .getByRole('button', { name: /^Copy the Terraform/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await clipboardOf(page)).toBe(fixes.find(({ terraform }) => terraform)?.terraform);
  });

  it('is selected where the browser gives the page no clipboard', async () => {
    const { page } = await pages.open('/');
    await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await page
      .getByRole('button', { name: /^Copy the gcloud line/ })
      .first()
      .click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await page.evaluate('getSelection().toString()')).toBe(fixes[0]?.gcloud);
  });
});

describe('with a thousand chains, the page', () => {
  /** Seconds of the main thread, to open the page and to act on it. On a busy machine the wall clock would say little. */
  async function busySeconds(
    path: string,
    act: (page: Page) => Promise<unknown>,
  ): Promise<number[]> {
    const { page } = await pages.open('/clean');
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    };
    const start = await busy();
    await page.goto(pages.url + path);
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    const afterOpening = await busy();
    await act(page);
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    const afterActing = await busy();
    await page.context().close();
    return [afterOpening - start, afterActing - afterOpening];
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[1] ?? 0;

  it('opens and filters in at most ten times the time for a hundred chains', async () => {
    const filter = (page: Page) => query(page).fill('chain-7');
    const runs: { thousand: number[]; hundred: number[] }[] = [];
    for (let i = 0; i < 3; i++) {
      runs.push({
        thousand: await busySeconds('/fleet', filter),
        hundred: await busySeconds('/tenth', filter),
      });
    }
    const [opening, filtering] = [0, 1].map(
      (step) =>
        median(runs.map(({ thousand }) => thousand[step] ?? 0)) /
        median(runs.map(({ hundred }) => hundred[step] ?? 0)),
    );
    expect(opening).toBeLessThan(10);
    expect(filtering).toBeLessThan(10);
  });

  it('opens the groups with broken chains, and the others only for a filter', async () => {
    const { page } = await pages.open('/fleet');
    const open = await page.locator('details.group[open]').count();
    expect(open).toBe(25);
    expect(await page.locator('details.group').count()).toBeGreaterThan(80);
    await query(page).fill('chain-999');
    expect(await page.locator('tbody[data-chain]:visible .chain-name').allTextContents()).toEqual([
      'chain-999',
    ]);
  });
});
