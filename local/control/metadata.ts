import { z } from 'zod';
import { findAccount } from '../core/accounts.ts';
import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { startMetadataServer } from '../identity/metadata-server.ts';

const Body = z.strictObject({ account: z.string() });

/** The address of an account's metadata server. The first call starts the server. */
export const metadata: ApiMethod = {
  api: 'local',
  name: 'metadata',
  httpMethod: 'POST',
  path: '/_local/metadata',
  anonymous: true,
  async run(state, { body }) {
    const { account: name } = parseMessage(Body, body);
    const account = findAccount(state, name.replace(/^serviceAccount:/, ''));
    if (account === undefined) {
      throw new ApiError('NOT_FOUND', `There is no service account ${name} in this world.`);
    }
    return { host: await startMetadataServer(state, account) };
  },
};
