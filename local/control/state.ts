import type { Action } from '../core/action.ts';
import { worldOf } from '../world/view.ts';

/** The world as it is now. No signing key and no token is in it, but every payload of a secret is. */
export const state: Action = {
  api: 'local',
  method: 'state',
  verb: 'GET',
  path: '/_local/state',
  anonymous: true,
  run: (state) => worldOf(state),
};
