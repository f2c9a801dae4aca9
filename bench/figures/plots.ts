import type { Figure } from './figure.ts';

/** One chart: a bar for each figure's value, a line for its yardstick. */
type Plot = {
  /** Longer than some fifty letters it is cut off. */
  readonly title: string;
  readonly along?: string;
  readonly unit: string;
  /** The figures, and what each is called below its bar. The value of a figure is multiplied by the second. */
  readonly bars: readonly (readonly [label: string, figure: string, times?: number])[];
};

const SIZES = [100, 1_000, 10_000, 100_000] as const;
const LATENCIES = [5, 50, 200] as const;

const PLOTS: readonly Plot[] = [
  {
    title: 'First event: ours, straightforward function (line)',
    unit: 'ms',
    bars: [
      ['fanout', 'fanout: spawn to first event handled, against straightforward'],
      ['mint', 'mint: spawn to first event handled, against straightforward'],
      ['mint, stored', 'mint: spawn to first credential stored, against straightforward'],
      ['audit, status', 'audit: spawn to first event handled, against straightforward'],
      ['audit, report', 'audit: spawn to first report, against straightforward'],
    ],
  },
  {
    title: 'A rotation, 20 at once: ours, bare loop (line)',
    along: 'what Google takes for a call',
    unit: 'ms',
    bars: LATENCIES.map((ms) => [
      `${ms} ms`,
      `mint: time for each rotation, 20 at once, Google takes ${ms} ms`,
    ]),
  },
  {
    title: 'A tick: ours, straightforward program (line)',
    along: 'chains',
    unit: 'µs of CPU a chain',
    bars: SIZES.map((count) => [String(count), `fan-out of ${count}: CPU of a tick`, 1000 / count]),
  },
];

/** Mermaid, for a page. @throws {Error} when a figure is not there: a chart with a gap would not be seen to be one */
export function plotsOf(figures: readonly Figure[]): string {
  const find = (name: string): Figure => {
    const figure = figures.find((each) => each.name === name);
    if (!figure) throw new Error(`no figure is called ${name}`);
    return figure;
  };
  const rounded = (value: number): number => Number(value.toPrecision(3));
  return PLOTS.map(({ title, along, unit, bars }) => {
    const ours = bars.map(([, name, times = 1]) => rounded(find(name).value * times));
    const theirs = bars.map(([, name, times = 1]) => rounded(find(name).yardstick * times));
    return [
      '```mermaid',
      'xychart-beta',
      `  title "${title}"`,
      `  x-axis ${along ? `"${along}" ` : ''}[${bars.map(([label]) => `"${label}"`).join(', ')}]`,
      `  y-axis "${unit}" 0 --> ${Math.ceil(Math.max(...ours, ...theirs) * 1.1)}`,
      `  bar [${ours.join(', ')}]`,
      `  line [${theirs.join(', ')}]`,
      '```',
    ].join('\n');
  }).join('\n\n');
}
