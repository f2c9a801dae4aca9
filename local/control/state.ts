import type { ApiMethod } from '../core/api-method.ts';
import { stateView } from '../world/state-view.ts';

/** The current state. It contains all secret payloads, but no tokens or signing keys. */
export const state: ApiMethod = {
  api: 'local',
  name: 'state',
  httpMethod: 'GET',
  path: '/_local/state',
  anonymous: true,
  run: (state) => stateView(state),
};
