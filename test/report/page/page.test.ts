import { createHash } from 'node:crypto';
import type { ChainReport } from '../../../shared/domain/audit/report.ts';
import { reportAs } from '../../../shared/report/formats.ts';
import { REST } from '../../../shared/report/page/markup.ts';
import { verdictOf } from '../../../shared/report/page/verdict.ts';
import { groupsOf } from '../../../shared/report/words/groups.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { spanWords } from '../../../shared/report/words/time-words.ts';
import { HOSTILE_ROWS } from '../../domain/hostile.ts';
import {
  CLEAN,
  data,
  FINDINGS,
  fleetOf,
  hopsAlong,
  NOW,
  ops,
  REPORT,
  reportWith,
} from '../reports.ts';

const page = (report: ShownReport): string => reportAs(report, 'html', NOW).body;

/** Tags with the names of their attributes, in order. No attribute of ours holds a `<` or `>`, and none of theirs may. */
const skeletonOf = (html: string): string[] =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/="[^"]*"/g, '='));

/** What is to be read, of a page or a part of one. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');

describe('the page', () => {
  const html = page(REPORT);

  it('names each thing that it runs or styles with by its hash, and allows nothing else', () => {
    const policy = reportAs(REPORT, 'html').headers['Content-Security-Policy'] ?? '';
    const hashOf = (tag: string) => {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
      "frame-ancestors 'none'",
    ]);
  });

  it('says the same policy itself, for whoever saves it', () => {
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none';`,
    );
  });

  it('has one script and no handler, style or address of elsewhere in a tag', () => {
    expect(String(REST)).toBe('<script type="text/plain"></script>');
    const rest = skeletonOf(html.replaceAll(String(REST), ''));
    expect(rest.filter((tag) => tag.startsWith('<script'))).toEqual(['<script>']);
    expect(skeletonOf(html).join('\n')).not.toMatch(/\s(?:on\w+|style|src|srcset|action)=/);
    expect(html.match(/(?:href|xlink:href)="(?!#|\?|data:image\/svg)[^"]*"/g)).toBeNull();
  });

  it.each(HOSTILE_ROWS)(
    'has the same tags and no hidden character, whatever of it is %s',
    (_title, text) => {
      const hostile = page(reportWith(text));
      const harmless = page(reportWith('harmless'));
      expect(skeletonOf(hostile)).toEqual(skeletonOf(harmless));
      expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    },
  );

  it('has no half of a character', () => {
    expect(textOf(page(reportWith('a\ud800b'))).includes('a\\u{d800}b')).toBe(true);
  });

  it('draws every hop of every chain once, however many share it', () => {
    const drawn = new Set(
      REPORT.chains.flatMap(({ hops }) => hops.map((h) => `${h.from} ${h.to}`)),
    );
    const picture = /<svg class="picture.*?<\/svg>/s.exec(html)?.[0] ?? '';
    expect(picture.match(/class="chip /g)).toHaveLength(drawn.size);
    expect(picture).toContain('×4</text>'); // relay
  });

  it('tells each state by a word and a mark', () => {
    for (const state of ['broken', 'late', 'unknown', 'expiring', 'paused', 'ok']) {
      expect(html).toMatch(new RegExp(`<span class="badge \\w+ g-\\w+">${state}</span>`));
    }
  });

  it('has every finding with its evidence and its fix', () => {
    const text = textOf(html);
    for (const { evidence, fix } of FINDINGS) {
      const told = [evidence.summary, evidence.resource, fix?.gcloud ?? '', fix?.terraform ?? ''];
      expect(told.filter((one) => !text.includes(one))).toEqual([]);
    }
  });

  it('lists what could not be read, and what an audit of policies does not cover', () => {
    expect(html).toMatch(
      /1 resource could not be read or decided.*folders\/800000000003.*domain-wide delegation/s,
    );
  });

  it('says LOCAL where a local cloud was audited', () => {
    expect([page({ ...REPORT, cloud: 'LOCAL' }), html].map((h) => h.includes('LOCAL'))).toEqual([
      true,
      false,
    ]);
  });

  it('says when something is left out, and leads back to the whole', () => {
    const filtered = page({
      ...REPORT,
      filter: { chains: ['billing-export'], severities: ['high'] },
    });
    expect(filtered).toContain(
      'Only what concerns billing-export, high is shown here. <a href="?format=html">',
    );
    expect(html).not.toContain('Only what concerns');
  });

  it('tells of a thousand chains in a size that a telephone takes', () => {
    expect(page(fleetOf(1000)).length).toBeLessThan(4_000_000);
  });

  it('grows with its chains and not faster', () => {
    const perChain = (n: number) => page(fleetOf(n)).length / n;
    expect(perChain(800) / perChain(200)).toBeLessThan(1.1);
  });
});

describe('the verdict', () => {
  const broken = (n: number): ShownReport => ({
    ...CLEAN,
    clean: false,
    chains: CLEAN.chains.map((c, i) => (i < n ? { ...c, state: 'broken' } : c)),
  });
  const cases: [title: string, report: ShownReport, headline: string, tone: string][] = [
    ['clean', CLEAN, 'Clean', 'good'],
    ['one chain that is broken', broken(1), '1 chain cannot mint', 'bad'],
    ['two chains that are broken', broken(2), '2 chains cannot mint', 'bad'],
    [
      'findings, with every chain at work',
      { ...CLEAN, clean: false, findings: FINDINGS },
      '4 findings',
      'bad',
    ],
    [
      'findings that can wait until the morning',
      { ...CLEAN, clean: false, findings: FINDINGS.slice(3) },
      '1 finding',
      'warn',
    ],
    [
      'nothing but a folder that could not be read',
      { ...CLEAN, clean: false, coverage: REPORT.coverage },
      'Not everything could be read',
      'warn',
    ],
    [
      'not clean, with what is wrong left out',
      { ...CLEAN, clean: false, filter: { chains: [], severities: ['low'] } },
      'Not clean',
      'warn',
    ],
  ];
  it.each(cases)('on %s', (_title, report, headline, tone) => {
    expect(verdictOf(report)).toEqual({ headline, tone });
  });
});

describe('the pictures', () => {
  const through = (...names: string[]): ChainReport => ({
    name: names.join('-'),
    source: null,
    state: 'ok',
    expiresAt: null,
    hops: hopsAlong([ops('minter'), ...names.map(data)]),
    reach: [],
  });
  const many = (n: number, ...before: string[]) =>
    Array.from({ length: n }, (_, i) => through(...before, `t${i}`));
  const sizes = (chains: ChainReport[]) =>
    groupsOf(chains).map((group) => [
      group.through.map((a) => a.split('@')[0]).join('/'),
      group.chains.length,
    ]);
  const cases: [title: string, chains: ChainReport[], groups: unknown[][]][] = [
    ['are none of no chain', [], []],
    ['are one of a dozen', many(12), [['', 12]]],
    [
      'are parted by the first delegate of more',
      [...many(9, 'a'), ...many(8, 'b')],
      [
        ['a', 9],
        ['b', 8],
      ],
    ],
    [
      'go deeper where one relay has many',
      [...many(9, 'a', 'x'), ...many(9, 'a', 'y')],
      [
        ['a/x', 9],
        ['a/y', 9],
      ],
    ],
    [
      'are shared by neighbours that are few',
      [...many(11, 'z'), ...many(4, 'a'), ...many(5, 'b')],
      [
        ['z', 11],
        ['', 9],
      ],
    ],
    [
      'are of a dozen each where nothing branches',
      many(30),
      [
        ['', 12],
        ['', 12],
        ['', 6],
      ],
    ],
  ];
  it.each(cases)('%s', (_title, chains, groups) => {
    expect(sizes(chains)).toEqual(groups);
  });

  it('lose no chain and show none twice', () => {
    const { chains } = fleetOf(500);
    const drawn = groupsOf(chains).flatMap((group) => group.chains.map(({ name }) => name));
    expect(drawn.toSorted()).toEqual(chains.map(({ name }) => name).toSorted());
  });

  it('come first where there is trouble', () => {
    const [first] = groupsOf([
      ...many(9, 'a'),
      { ...through('b', 't'), state: 'broken' },
      ...many(9, 'c'),
    ]);
    expect(first?.chains.some(({ state }) => state === 'broken')).toBe(true);
  });
});

describe('a span of time', () => {
  const cases: [seconds: number, words: string][] = [
    [0, '0 s'],
    [42, '42 s'],
    [-90, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [11_100, '3 h 5 min'],
    [40_000, '11 h'],
    [90_000, '1 d 1 h'],
    [2_000_000, '23 d'],
  ];
  it.each(cases)('of %d s is %s', (seconds, words) => {
    expect(spanWords(seconds)).toBe(words);
  });
});
