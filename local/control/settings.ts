import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { PUBLISHED_QUOTAS } from '../core/quotas.ts';

const Body = z.strictObject({
  propagationSeconds: z.number().min(0).exactOptional(),
  staleReadSeconds: z.number().min(0).exactOptional(),
  duplicateDeliveries: z.int().min(0).max(100).exactOptional(),
  /** `true`: the quotas that Google publishes. A map: the same, with these changes. `false`: no quotas. */
  quotas: z
    .union([z.boolean(), z.record(z.string(), z.int().min(0))])
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
