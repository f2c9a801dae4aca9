import type { Action } from '../action.ts';

/** Every method that the local cloud speaks. */
export const ACTIONS: readonly Action[] = [];
