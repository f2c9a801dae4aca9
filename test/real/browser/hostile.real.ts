import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { printable } from '../../../shared/domain/basics/printable.ts';
import { reportAs } from '../../../shared/report/formats.ts';
import { HOSTILE, HOSTILE_ROWS } from '../../domain/hostile.ts';
import { reportWith } from '../../report/reports.ts';
import { openPages, type Pages, type Shown } from './browser.ts';

const cwd = mkdtempSync(join(tmpdir(), 'hostile-'));
const log = join(cwd, 'arguments');
const HARMLESS = 'harmless';
const pathOf = (text: string) => `/${HOSTILE.indexOf(text)}`;

let pages: Pages;
beforeAll(async () => {
  pages = await openPages(
    new Map([HARMLESS, ...HOSTILE].map((text) => [pathOf(text), reportWith(text)])),
  );
  writeFileSync(join(cwd, 'gcloud'), '#!/bin/bash\nprintf \'%s\\0\' "$@" >> "$LOG"\n');
  chmodSync(join(cwd, 'gcloud'), 0o755);
});
afterAll(async () => {
  await pages?.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** What `gcloud` is given when somebody pastes this line into a shell. */
function argumentsOf(line: string): string[] {
  rmSync(log, { force: true });
  const PATH = [cwd, process.env.PATH].join(delimiter);
  const { stderr } = spawnSync('bash', ['--norc', '-c', line], {
    cwd,
    encoding: 'utf8',
    env: { PATH, LOG: log },
  });
  if (stderr) throw new Error(stderr);
  return readFileSync(log, 'utf8').split('\0').slice(0, -1);
}

/** The tree as Chromium parsed it: elements and the names of their attributes. */
const TREE = `[...document.querySelectorAll('*')].map((e) => e.localName + ' ' + e.getAttributeNames().sort()).join('\\n')`;

let tree: unknown;
beforeAll(async () => {
  const { page } = await pages.open(pathOf(HARMLESS));
  tree = await page.evaluate(TREE);
});

describe.each(HOSTILE_ROWS)('where a policy says %s', (_title, text) => {
  let shown: Shown;
  beforeAll(async () => {
    shown = await pages.open(pathOf(text));
  });
  afterAll(() => shown?.page.context().close());

  it('the page has the elements that it would have, and does nothing', async () => {
    const { page, asked, said } = shown;
    expect(await page.evaluate(TREE)).toBe(tree);
    expect(asked.filter((address) => !address.startsWith('data:'))).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('the page shows it as it is, whatever it hides', async () => {
    const { page } = shown;
    expect(await page.locator('article .summary').first().textContent()).toBe(printable(text));
    const titles = await page.locator('svg.picture title').allTextContents();
    expect(titles.filter((title) => title.includes(printable(text)))).toEqual(titles);
  });

  it('the line that the page gives does what it says, in bash', async () => {
    const line = (await shown.page.locator('article pre code').first().textContent()) ?? '';
    const given = argumentsOf(line);
    expect(given).toContain(`--member=serviceAccount:${text}`); // what it grants first
    expect(given).toContain(`--member=${text}`); // what it removes
    expect(given.find((one) => one.startsWith('--condition=^'))).toContain(`expression=${text}`);
    expect(existsSync(join(cwd, 'hacked'))).toBe(false);
  });

  it('the lines of the other formats are the same', () => {
    const report = reportWith(text);
    const expected = report.findings[0]?.fix?.gcloud ?? '';
    type Fixes = { findings: { fix: { gcloud: string } }[] };
    const { findings } = JSON.parse(reportAs(report, 'json').body) as Fixes;
    expect(findings[0]?.fix.gcloud).toBe(expected);
    expect(reportAs(report, 'text').body).toContain(expected);
    const sarif = JSON.parse(reportAs(report, 'sarif').body) as {
      runs: { results: { properties: { fix: { gcloud: string } } }[] }[];
    };
    expect(sarif.runs[0]?.results[0]?.properties.fix.gcloud).toBe(expected);
  });
});
