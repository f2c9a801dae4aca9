import Table from 'cli-table3';
import type { Figure } from './figure.ts';

const HEAD = ['', 'figure', 'value', 'spread', 'yardstick', 'ratio', 'spread', 'budget'];

const range = (from: number, to: number): string =>
  from === to ? '' : `${shown(from)} … ${shown(to)}`;
const shown = (value: number): string => String(Number(value.toPrecision(3)));

const cellsOf = (figure: Figure): string[] => [
  figure.ok ? 'ok' : 'MISSED',
  figure.name,
  `${shown(figure.value)} ${figure.unit}`,
  range(figure.min, figure.max),
  `${shown(figure.yardstick)}: ${figure.against}`,
  shown(figure.ratio),
  range(figure.ratioMin, figure.ratioMax),
  figure.budget === null ? '' : `${figure.budget}`,
];

/** A table for a terminal. */
export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  for (const figure of figures) table.push(cellsOf(figure));
  return table.toString();
}

/** A table in Markdown. */
export function markdownOf(figures: readonly Figure[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = figures.map((figure) => line(cellsOf(figure)));
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows].join('\n');
}
