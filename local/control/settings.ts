import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { PUBLISHED_QUOTAS } from '../core/quotas.ts';
import { Settings } from '../state/emulator/settings.ts';

const Body = Settings.partial().extend({
  /** `true`: the quotas that Google publishes. A map: the same, with these changes. `false`: no quotas. */
  quotas: z
    .union([z.boolean(), Settings.shape.quotas])
    .transform((quotas) => {
      if (quotas === false) return {};
      return quotas === true ? { ...PUBLISHED_QUOTAS } : { ...PUBLISHED_QUOTAS, ...quotas };
    })
    .exactOptional(),
});

/** Changes the settings in the request and leaves the others as they are. */
export const setSettings: ApiMethod = {
  api: 'local',
  name: 'setSettings',
  httpMethod: 'PUT',
  path: '/_local/settings',
  anonymous: true,
  run: (state, { body }) => Object.assign(state.settings, parseMessage(Body, body)),
};

export const getSettings: ApiMethod = {
  api: 'local',
  name: 'getSettings',
  httpMethod: 'GET',
  path: '/_local/settings',
  anonymous: true,
  run: ({ settings }) => settings,
};
