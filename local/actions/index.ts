import type { Action } from '../action.ts';
import { iamcredentials } from './iamcredentials/index.ts';
import { local } from './local/index.ts';
import { oauth2 } from './oauth2/index.ts';
import { pubsub } from './pubsub/index.ts';
import { secretmanager } from './secretmanager/index.ts';
import { storage } from './storage/index.ts';

/** Every method that the local cloud speaks. */
export const ACTIONS: readonly Action[] = [
  ...iamcredentials,
  ...oauth2,
  ...pubsub,
  ...secretmanager,
  ...storage,
  ...local,
];
