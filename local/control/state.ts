import type { ApiMethod } from '../core/api-method.ts';
import { stateView } from '../world/state-view.ts';

/** The current state. It contains every secret payload, and no token and no signing key. */
export const state: ApiMethod = {
  api: 'local',
  name: 'state',
  httpMethod: 'GET',
  path: '/_local/state',
  anonymous: true,
  run: (state) => stateView(state),
};
