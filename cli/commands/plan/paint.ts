import { styleText } from 'node:util';
import type { Paint } from '../../../shared/report/plan/text.ts';
import type { Io } from '../../terminal/io.ts';

const COLOURS = { head: 'bold', add: 'green', obstacle: 'red', note: 'yellow' } as const;

/** The lines of a plan on a terminal that takes colour. */
export const paintFor =
  ({ colour }: Pick<Io, 'colour'>): Paint =>
  (kind, line) =>
    // Whether there is colour has been decided: NO_COLOR, a pipe.
    colour && kind !== 'plain' ? styleText(COLOURS[kind], line, { validateStream: false }) : line;
