import { z } from 'zod';
import { ancestryOf } from '../../authorization/ancestry.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { idTokenFor } from '../../identity/id-token.ts';
import type { State } from '../../state/state.ts';
import { delegates, walk } from './delegation.ts';

const Body = message({
  delegates,
  audience: z.string().min(1),
  includeEmail: z.boolean().default(false),
  organizationNumberIncluded: z.boolean().default(false),
  useEmailAzp: z.boolean().default(false), // google-auth-library asks for it; in no reference
});

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken */
export const generateIdToken: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.generateIdToken',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:generateIdToken',
  async run(state, { params, body, caller }) {
    const asked = parseMessage(Body, body);
    const { audience, includeEmail } = asked;
    const permission = 'iam.serviceAccounts.getOpenIdToken';
    const target = walk(state, caller, params, asked.delegates, permission);
    const claims = {
      ...(asked.useEmailAzp && { azp: target.email }),
      ...(asked.organizationNumberIncluded && {
        google: { organization_number: organizationOf(state, target.projectId) },
      }),
    };
    const options = { audience, includeEmail, clock: 'local', claims } as const;
    return { token: await idTokenFor(state, target, options) };
  },
};

function organizationOf(state: State, projectId: string): number | null {
  const [top = ''] = ancestryOf(state, `projects/${projectId}`).slice(-1);
  return top.startsWith('organizations/') ? Number(top.split('/')[1]) : null;
}
