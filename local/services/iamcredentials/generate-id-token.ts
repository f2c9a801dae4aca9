import { z } from 'zod';
import { ancestryOf } from '../../authorization/ancestry.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { idTokenFor } from '../../identity/id-token.ts';
import type { State } from '../../state/state.ts';
import { mintAudit } from './audit.ts';
import { delegates, targetOf } from './delegation.ts';

const Body = message({
  delegates,
  audience: z.string().min(1),
  includeEmail: z.boolean().default(false),
  organizationNumberIncluded: z.boolean().default(false),
  useEmailAzp: z.boolean().default(false), // google-auth-library sends it; no reference documents it
});

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken */
export const generateIdToken: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.generateIdToken',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:generateIdToken',
  audit: mintAudit('GenerateIdToken'),
  async run(state, { params, body, caller }) {
    const requested = parseMessage(Body, body);
    const { audience, includeEmail } = requested;
    const permission = 'iam.serviceAccounts.getOpenIdToken';
    const target = targetOf(state, caller, params, requested.delegates, permission);
    const claims = {
      ...(requested.useEmailAzp && { azp: target.email }),
      ...(requested.organizationNumberIncluded && {
        google: { organization_number: organizationNumberOf(state, target.projectId) },
      }),
    };
    const options = { audience, includeEmail, clock: 'local', claims } as const;
    return { token: await idTokenFor(state, target, options) };
  },
};

function organizationNumberOf(state: State, projectId: string): number | null {
  const [top = ''] = ancestryOf(state, `projects/${projectId}`).slice(-1);
  return top.startsWith('organizations/') ? Number(top.split('/')[1]) : null;
}
