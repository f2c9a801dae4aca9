import type { ApiMethod } from '../core/api-method.ts';
import { stateView } from '../world/state-view.ts';

/** The world as it is now. No signing key and no token is in it, but every payload of a secret is. */
export const state: ApiMethod = {
  api: 'local',
  name: 'state',
  httpMethod: 'GET',
  path: '/_local/state',
  anonymous: true,
  run: (state) => stateView(state),
};
