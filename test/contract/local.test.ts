import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { describeCloud } from './cloud.ts';
import { openSandbox } from './sandbox.ts';

const PROJECT = 'acme-sandbox';
const email = (name: string) => `hopmint-contract-${name}@${PROJECT}.iam.gserviceaccount.com`;
const grantedTo = (name: string) => ({
  bindings: [
    {
      role: 'roles/iam.serviceAccountTokenCreator',
      members: [`serviceAccount:${email(name)}`],
    },
  ],
});

/** The project, accounts and grants that docs/contract.md creates at Google. */
const seed = {
  projects: [
    {
      id: PROJECT,
      policy: {
        bindings: [
          'roles/iam.securityAuditor',
          'roles/secretmanager.admin',
          'roles/pubsub.editor',
        ].map((role) => ({ role, members: [`serviceAccount:${email('caller')}`] })),
      },
    },
  ],
  accounts: [
    { email: email('caller') },
    { email: email('relay'), policy: grantedTo('caller') },
    { email: email('target'), policy: grantedTo('relay') },
    { email: email('stranger') },
  ],
};

let local: LocalCloud;
afterAll(() => local?.close());

describeCloud('the local cloud', async () => {
  local = await startLocalCloud({ seed });
  const request = { method: 'POST', body: JSON.stringify({ account: email('caller') }) };
  const response = await fetch(`${local.url}/_local/metadata`, request);
  const { host } = (await response.json()) as { host: string };
  // Application default credentials come from a metadata server, as on Cloud Run.
  process.env.GCE_METADATA_HOST = host;
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  return openSandbox(PROJECT, local.url);
});
