import type { State } from '../state/state.ts';

/** @returns random digits, as text */
export const digits = (state: State, count: number): string =>
  Array.from({ length: count }, () => Math.floor(state.random() * 10)).join('');
