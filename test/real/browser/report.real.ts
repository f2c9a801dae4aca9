import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { CLEAN, FINDINGS, fleetOf, REPORT } from '../../report/reports.ts';
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
const everythingOpen = (page: Page) =>
  page.evaluate('for (const d of document.querySelectorAll("details")) d.open = true');
const shownIn = (page: Page, selector: string) => page.locator(`${selector}:visible`).count();
const query = (page: Page) => page.getByLabel('Chain', { exact: true });
const box = (page: Page, severity: string) =>
  page.getByRole('checkbox', { name: new RegExp(`^${severity}`) });

describe('in Chromium, the page', () => {
  it('asks for nothing but itself, and breaks no rule of its policy', async () => {
    const { page, asked, said } = await pages.open('/');
    await everythingOpen(page);
    expect(asked.filter((address) => !address.startsWith('data:'))).toEqual([`${pages.url}/`]);
    expect(said).toEqual([]);
  });

  const looks: [title: string, path: string, options: BrowserContextOptions][] = [
    ['in light', '/', { colorScheme: 'light' }],
    ['in dark', '/', { colorScheme: 'dark' }],
    ['on a phone, in light', '/', { ...PHONE, colorScheme: 'light' }],
    ['on a phone, in dark', '/', { ...PHONE, colorScheme: 'dark' }],
    ['where all is clean', '/clean', {}],
    ['of a local cloud', '/local', { colorScheme: 'dark' }],
    ['of a hundred chains', '/tenth', {}],
  ];
  it.each(looks)('has nothing that axe objects to, %s', async (_title, path, options) => {
    const { page } = await pages.open(path, options);
    await everythingOpen(page);
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
    expect(told).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
  });

  it.each([
    ['a phone', PHONE],
    ['a narrow window', { viewport: { width: 320, height: 600 } }],
  ])('fits %s without being pushed sideways', async (_title, options) => {
    const { page } = await pages.open('/', options);
    await everythingOpen(page);
    const [inner, scroll] = (await page.evaluate(
      '[innerWidth, document.documentElement.scrollWidth]',
    )) as [number, number];
    expect(scroll).toBeLessThanOrEqual(inner);
  });

  it('reads whole without a script, and filters by the server', async () => {
    const { page, asked } = await pages.open('/', { javaScriptEnabled: false });
    expect(await shownIn(page, 'article')).toBe(FINDINGS.length);
    expect(await shownIn(page, 'svg.picture')).toBeGreaterThan(0);
    expect(await shownIn(page, 'button.copy')).toBe(0);
    for (const severity of ['critical', 'medium', 'info']) {
      await box(page, severity).uncheck();
    }
    await query(page).fill('billing-export');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(asked.at(-1)).toBe(`${pages.url}/?format=html&chain=billing-export&severity=high`);
    expect(await page.locator('article .summary').allTextContents()).toEqual([
      FINDINGS[1]?.evidence.summary,
    ]);
    expect(await page.locator('.filtered').textContent()).toContain('billing-export, high');
  });

  it('begins with a link past its head, for who goes by keyboard', async () => {
    const { page } = await pages.open('/');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the report');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  it('prints every finding with its fix, opened, and without what only a screen can use', async () => {
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

  it('is photographed', async () => {
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
  it('leave what matches, at once, and ask the server nothing', async () => {
    const { page, asked } = await pages.open('/');
    const before = asked.length;
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
    expect(asked.length).toBe(before);
  });

  it('are a link that shows the same to somebody else', async () => {
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

  it('are taken back by one button, and follow the way back', async () => {
    const { page } = await pages.open('/#chain=partner');
    expect(await shownIn(page, 'tbody[data-chain]')).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForFunction(
      'document.querySelectorAll("tbody[data-chain]:not([hidden])").length === 6',
    );
    expect(await shownIn(page, 'article')).toBe(FINDINGS.length);
    expect(new URL(page.url()).hash).toBe('');
  });

  it('take every text for a text', async () => {
    const { page, said } = await pages.open('/#chain=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E');
    expect(await query(page).inputValue()).toBe('<img src=x onerror=alert(1)>');
    expect(said).toEqual([]);
  });
});

describe('a fix', () => {
  const copied = (page: Page) => page.evaluate('navigator.clipboard.readText()');
  const fixes = FINDINGS.flatMap(({ fix }) => fix ?? []);

  it('is copied to the letter, by mouse', async () => {
    const { page } = await pages.open('/');
    const buttons = page.locator('.fixes > .copyable .copy');
    expect(await buttons.count()).toBe(fixes.length);
    for (const [i, { gcloud }] of fixes.entries()) {
      await buttons.nth(i).click();
      expect(await copied(page)).toBe(gcloud);
    }
  });

  it('is copied by keyboard, which is said to who cannot see it', async () => {
    const { page } = await pages.open('/');
    await everythingOpen(page);
    await page
      .getByRole('button', { name: /^Copy the Terraform/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await copied(page)).toBe(fixes.find(({ terraform }) => terraform)?.terraform);
  });

  it('is copied where a browser has no clipboard for the page', async () => {
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
  /** Of the main thread, which the wall clock of a busy machine says little of. */
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
    const opened = await busy();
    await act(page);
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    const acted = await busy();
    await page.context().close();
    return [opened - start, acted - opened];
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[1] ?? 0;

  it('opens and filters in at most ten times what a hundred take', async () => {
    const narrow = (page: Page) => query(page).fill('chain-7');
    const runs: { thousand: number[]; hundred: number[] }[] = [];
    for (let i = 0; i < 3; i++) {
      runs.push({
        thousand: await busySeconds('/fleet', narrow),
        hundred: await busySeconds('/tenth', narrow),
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

  it('shows those in trouble, and keeps the rest folded until they are asked for', async () => {
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
