/** The formats of a report. This file is small, because `--help` loads it. */
export const FORMATS = ['json', 'html', 'sarif', 'prometheus', 'text'] as const;
export type Format = (typeof FORMATS)[number];
