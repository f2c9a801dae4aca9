import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { reportAs } from '../../../shared/report/formats.ts';
import { HOSTILE, HOSTILE_ROWS } from '../../domain/hostile.ts';
import { reportWith } from '../../report/hostile-report.ts';
import { type OpenPage, openPages, type Pages } from './browser.ts';

/** The working directory of the shells. Its `gcloud` writes the arguments that it gets to `log`. */
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

/** The arguments that `gcloud` gets when a person pastes this line into a shell. */
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

/** The elements of a page as Chromium parsed it, with the names of their attributes. */
const TREE = `[...document.querySelectorAll('*')].map((e) => e.localName + ' ' + e.getAttributeNames().sort()).join('\\n')`;

let tree: unknown;
beforeAll(async () => {
  const { page } = await pages.open(pathOf(HARMLESS));
  tree = await page.evaluate(TREE);
});

describe.each(HOSTILE_ROWS)('where a policy contains $title', ({ text }) => {
  let shown: OpenPage;
  beforeAll(async () => {
    shown = await pages.open(pathOf(text));
  });
  afterAll(() => shown?.page.context().close());

  it('the page has the same elements as for a harmless text, and runs no script from it', async () => {
    const { page, requests, messages } = shown;
    expect(await page.evaluate(TREE)).toBe(tree);
    expect(requests.filter((url) => !url.startsWith('data:'))).toHaveLength(1);
    expect(messages).toEqual([]);
  });

  it('the page shows every character, also those that are invisible', async () => {
    const { page } = shown;
    expect(await page.locator('article .summary').first().textContent()).toBe(printable(text));
    const titles = await page.locator('svg.picture title').allTextContents();
    expect(titles.filter((title) => title.includes(printable(text)))).toEqual(titles);
  });

  it('the command on the page gives gcloud the exact text, in bash', async () => {
    const line = (await shown.page.locator('article pre code').first().textContent()) ?? '';
    const args = argumentsOf(line);
    expect(args).toContain(`--member=serviceAccount:${text}`); // of the grant that the fix adds
    expect(args).toContain(`--member=${text}`); // of the grant that the fix removes
    const conditions = args.filter((arg) => /^--condition=(?!None$)/.test(arg));
    expect(conditions).toEqual([expect.stringContaining(`expression=${text}`)]);
    expect(existsSync(join(cwd, 'hacked'))).toBe(false);
  });

  it('the command is the same in the other formats', () => {
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
