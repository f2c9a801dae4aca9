/** The formats of a plan. This file is small, because `--help` loads it. */
export const FORMATS = ['text', 'json', 'gcloud', 'terraform'] as const;
export type Format = (typeof FORMATS)[number];
