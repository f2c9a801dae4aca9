import { z } from 'zod';
import { findAccount } from '../authorization/hierarchy.ts';
import type { Action } from '../core/action.ts';
import { parseMessage } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import { startMetadataServer } from '../identity/metadata-server.ts';

const Body = z.strictObject({ account: z.string() });

/** The metadata server of an account, started when it is first asked for. */
export const metadata: Action = {
  api: 'local',
  method: 'metadata',
  verb: 'POST',
  path: '/_local/metadata',
  anonymous: true,
  async run(state, { body }) {
    const { account: name } = parseMessage(Body, body);
    const account = findAccount(state, name.replace(/^serviceAccount:/, ''));
    if (account === undefined) {
      throw new Status('NOT_FOUND', `There is no service account ${name} in this world.`);
    }
    return { host: await startMetadataServer(state, account) };
  },
};
