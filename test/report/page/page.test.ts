import { createHash } from 'node:crypto';
import { reportAs } from '../../../shared/report/formats.ts';
import { cachedLayouts, type GraphShape } from '../../../shared/report/page/layout.ts';
import { REST } from '../../../shared/report/page/markup.ts';
import { verdictOf } from '../../../shared/report/page/verdict.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { HOSTILE_ROWS } from '../../domain/hostile.ts';
import { fleetOf } from '../fleet.ts';
import { reportWith } from '../hostile-report.ts';
import { NOW } from '../parts.ts';
import { CLEAN, FINDINGS, REPORT } from '../reports.ts';

const page = (report: ShownReport): string => reportAs(report, 'html', NOW).body;

/** Tags with the names of their attributes, in order. No attribute may contain a `<` or `>`. */
const skeletonOf = (html: string): string[] =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/="[^"]*"/g, '='));

/** The visible text of a page or a part of it. */
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

  it('allows only its own script and style, by their hashes', () => {
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

  it('contains the policy too, for a saved copy', () => {
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none';`,
    );
  });

  it('has one script, and no handler, style or foreign address in a tag', () => {
    expect(String(REST)).toBe('<script type="text/plain"></script>');
    const rest = skeletonOf(html.replaceAll(String(REST), ''));
    expect(rest.filter((tag) => tag.startsWith('<script'))).toEqual(['<script>']);
    expect(skeletonOf(html).join('\n')).not.toMatch(/\s(?:on\w+|style|src|srcset|action)=/);
    expect(html.match(/(?:href|xlink:href)="(?!#|\?|data:image\/svg)[^"]*"/g)).toBeNull();
  });

  it.each(HOSTILE_ROWS)(
    'has the same tags and no hidden character with $title in every text',
    ({ text }) => {
      const hostile = page(reportWith(text));
      const harmless = page(reportWith('harmless'));
      expect(skeletonOf(hostile)).toEqual(skeletonOf(harmless));
      expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    },
  );

  it('escapes half a character', () => {
    expect(textOf(page(reportWith('a\ud800b'))).includes('a\\u{d800}b')).toBe(true);
  });

  it('draws a hop that several chains share only once', () => {
    const drawn = new Set(
      REPORT.chains.flatMap(({ hops }) => hops.map((h) => `${h.from} ${h.to}`)),
    );
    const picture = /<svg class="picture.*?<\/svg>/s.exec(html)?.[0] ?? '';
    expect(picture.match(/class="chip /g)).toHaveLength(drawn.size);
    expect(picture).toContain('×4</text>'); // relay
  });

  it('shows each state as a word and a mark', () => {
    for (const state of ['broken', 'late', 'unknown', 'expiring', 'paused', 'ok']) {
      expect(html).toMatch(new RegExp(`<span class="badge \\w+ g-\\w+">${state}</span>`));
    }
  });

  it('shows every finding with its evidence and its fix', () => {
    const text = textOf(html);
    for (const { evidence, fix } of FINDINGS) {
      const texts = [evidence.summary, evidence.resource, fix?.gcloud ?? '', fix?.terraform ?? ''];
      expect(texts.filter((one) => !text.includes(one))).toEqual([]);
    }
  });

  it('lists what could not be read, and what an audit of policies does not cover', () => {
    expect(html).toMatch(
      /1 resource could not be read or decided.*folders\/800000000003.*domain-wide delegation/s,
    );
  });

  it('shows LOCAL if a local cloud was audited', () => {
    expect([page({ ...REPORT, cloud: 'LOCAL' }), html].map((h) => h.includes('LOCAL'))).toEqual([
      true,
      false,
    ]);
  });

  it('names its filter, and links to the whole report', () => {
    const filtered = page({
      ...REPORT,
      filter: { chains: ['billing-export'], severities: ['high'] },
    });
    expect(filtered).toContain(
      'This page shows only billing-export, high. <a href="?format=html">',
    );
    expect(html).not.toContain('This page shows only');
  });

  it('shows a thousand chains in less than 4 MB', () => {
    expect(page(fleetOf(1000)).length).toBeLessThan(4_000_000);
  });

  it('does not grow faster than its chains', () => {
    const perChain = (n: number) => page(fleetOf(n)).length / n;
    expect(perChain(800) / perChain(200)).toBeLessThan(1.1);
  });
});

const node = { width: 133, height: 46 };
const mark = { width: 20, height: 20 };
const word = { width: 85, height: 20 };
const line: GraphShape = {
  nodes: 3,
  node,
  arrows: [0, 1].map((i) => ({ from: i, to: i + 1, ...mark })),
};

describe('the layout of a shape', () => {
  it('is computed once for equal shapes', () => {
    const layoutOf = cachedLayouts();
    expect(layoutOf(structuredClone(line))).toBe(layoutOf(line));
  });

  const others: { title: string; shape: GraphShape }[] = [
    { title: 'wider nodes', shape: { ...line, node: { ...node, width: 270 } } },
    { title: 'one more node', shape: { ...line, nodes: 4 } },
    { title: 'an arrow with a word', shape: { ...line, arrows: [{ from: 0, to: 1, ...word }] } },
    {
      title: 'an arrow to another node',
      shape: { ...line, arrows: [0, 1].map((i) => ({ from: 0, to: i + 1, ...mark })) },
    },
    {
      title: 'an arrow that goes back',
      shape: { ...line, arrows: [...line.arrows, { from: 2, to: 0, ...mark }] },
    },
    { title: 'no arrow', shape: { ...line, arrows: [] } },
  ];
  it.each(others)('is another one with $title', ({ shape }) => {
    const layoutOf = cachedLayouts();
    const layout = layoutOf(line);
    expect(layoutOf(shape)).not.toEqual(layout);
    expect(layoutOf(shape)).toEqual(cachedLayouts()(shape));
  });

  it('separates the nodes and goes from left to right', () => {
    const { nodes, arrows, width, height } = cachedLayouts()(line);
    for (const [i, { x }] of nodes.slice(1).entries()) {
      expect(x - (nodes[i]?.x ?? x)).toBeGreaterThan(node.width);
    }
    expect(arrows.map(({ x }) => x).toSorted((a, b) => a - b)).toEqual(arrows.map(({ x }) => x));
    expect(nodes.every(({ x, y }) => x < width && y < height)).toBe(true);
  });
});

describe('the verdict', () => {
  const broken = (n: number): ShownReport => ({
    ...CLEAN,
    clean: false,
    chains: CLEAN.chains.map((c, i) => (i < n ? { ...c, state: 'broken' } : c)),
  });
  const cases: { title: string; report: ShownReport; headline: string; tone: string }[] = [
    { title: 'clean', report: CLEAN, headline: 'Clean', tone: 'good' },
    { title: 'one broken chain', report: broken(1), headline: '1 chain cannot mint', tone: 'bad' },
    {
      title: 'two broken chains',
      report: broken(2),
      headline: '2 chains cannot mint',
      tone: 'bad',
    },
    {
      title: 'findings while every chain works',
      report: { ...CLEAN, clean: false, findings: FINDINGS },
      headline: '4 findings',
      tone: 'bad',
    },
    {
      title: 'findings of medium severity',
      report: { ...CLEAN, clean: false, findings: FINDINGS.slice(3) },
      headline: '1 finding',
      tone: 'warn',
    },
    {
      title: 'only a folder that could not be read',
      report: { ...CLEAN, clean: false, coverage: REPORT.coverage },
      headline: 'Some resources could not be read',
      tone: 'warn',
    },
    {
      title: 'a report that is not clean and whose filter leaves out the findings',
      report: { ...CLEAN, clean: false, filter: { chains: [], severities: ['low'] } },
      headline: 'Not clean',
      tone: 'warn',
    },
  ];
  it.each(cases)('on $title', ({ report, headline, tone }) => {
    expect(verdictOf(report)).toEqual({ headline, tone });
  });
});
