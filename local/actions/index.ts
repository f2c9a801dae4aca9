import type { Action } from '../action.ts';
import { secretmanager } from './secretmanager/index.ts';

/** Every method that the local cloud speaks. */
export const ACTIONS: readonly Action[] = [...secretmanager];
