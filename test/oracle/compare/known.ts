import type { Disagreement } from './disagreement.ts';

/**
 * Disagreements that are known, and wait for a change of the product. `npm test` does not fail for them, and `npm run oracle` counts them.
 * A change that mends one deletes its row.
 */
export const KNOWN: readonly { readonly kind: RegExp; readonly why: string }[] = [
  {
    kind: /^blamed: unexpected-impersonator$/,
    why: 'the member becomes an account, and that account can use its only power with another one alone',
  },
];

export const isKnown = ({ kind }: Disagreement): boolean =>
  KNOWN.some((known) => known.kind.test(kind));
