import { styleText } from 'node:util';
import type { Paint } from '../../../shared/report/plan/text.ts';
import type { Io } from '../../terminal/io.ts';

const COLOURS = { head: 'bold', add: 'green', obstacle: 'red', note: 'yellow' } as const;

/** Colours the lines of a plan if the terminal shows colours. */
export const paintFor =
  ({ colour }: Pick<Io, 'colour'>): Paint =>
  (kind, line) =>
    // `colour` already reflects NO_COLOR and pipes.
    colour && kind !== 'plain' ? styleText(COLOURS[kind], line, { validateStream: false }) : line;
