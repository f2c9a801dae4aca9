import type { parse } from '@bufbuild/cel';
import type { Linear } from './linear.ts';
import type { OutcomeDuring, Piece } from './piece.ts';
import type { Range } from './range.ts';

export type Expr = ReturnType<typeof parse>['expr'];

/** The meaning of an expression. `unknown`: Hopmint cannot evaluate it exactly as each implementation of CEL does. */
export type Term =
  | { readonly is: 'truth'; readonly during: OutcomeDuring }
  | { readonly is: 'integer'; readonly during: (piece: Piece) => Range }
  | Linear
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'list'; readonly items: readonly Term[] }
  | { readonly is: 'unknown' };

export const UNKNOWN: Term = { is: 'unknown' };
export const truth = (during: OutcomeDuring): Term => ({ is: 'truth', during });
export const text = (value: string): Term => ({ is: 'text', text: value });
export const integer = (during: (piece: Piece) => Range): Term => ({ is: 'integer', during });

export const isLinear = (term: Term): term is Linear =>
  term.is === 'instant' || term.is === 'duration';
