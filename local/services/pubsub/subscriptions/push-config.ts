import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import type { Principal } from '../../../core/principal.ts';
import { message, unsupported } from '../../../core/proto-json.ts';
import type { PushConfig } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

/** The PushConfig of a request. */
export const PushConfigBody = message({
  pushEndpoint: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], {
      error: 'The push endpoint must be a URL.',
    })
    .optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  oidcToken: message({
    serviceAccountEmail: z.string().default(''),
    audience: z.string().optional(),
  }).optional(),
  pubsubWrapper: z.looseObject({}).optional(),
  noWrapper: unsupported,
});

/** @throws {ApiError} 403 when Google would sign for an account that the caller may not act as */
export function pushConfigOf(
  state: State,
  caller: Principal | undefined,
  { pushEndpoint, attributes, oidcToken }: z.infer<typeof PushConfigBody>,
): PushConfig {
  if (!pushEndpoint) return {};
  if (oidcToken) {
    const account = findAccount(state, oidcToken.serviceAccountEmail);
    const resource = account ? accountResource(account) : 'projects/-';
    authorize(state, caller, 'iam.serviceAccounts.actAs', resource);
  }
  return {
    pushEndpoint,
    ...(attributes && Object.keys(attributes).length > 0 && { attributes }),
    ...(oidcToken && {
      oidcToken: {
        serviceAccountEmail: oidcToken.serviceAccountEmail,
        ...(oidcToken.audience && { audience: oidcToken.audience }),
      },
    }),
  };
}
