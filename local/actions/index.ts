import type { Action } from '../action.ts';
import { cloudresourcemanager } from './cloudresourcemanager/index.ts';
import { cloudscheduler } from './cloudscheduler/index.ts';
import { iam } from './iam/index.ts';
import { iamcredentials } from './iamcredentials/index.ts';
import { local } from './local/index.ts';
import { oauth2 } from './oauth2/index.ts';
import { orgpolicy } from './orgpolicy/index.ts';
import { pubsub } from './pubsub/index.ts';
import { secretmanager } from './secretmanager/index.ts';
import { storage } from './storage/index.ts';

/** Every method that the local cloud speaks. */
export const ACTIONS: readonly Action[] = [
  ...cloudresourcemanager,
  ...cloudscheduler,
  ...iam,
  ...iamcredentials,
  ...oauth2,
  ...orgpolicy,
  ...pubsub,
  ...secretmanager,
  ...storage,
  ...local,
];
