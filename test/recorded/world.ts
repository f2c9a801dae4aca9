import type { Exchange } from './exchange.ts';
import { fill, type Placeholders } from './placeholders.ts';

const PROJECT = { id: 'recorded-project', number: '700000000001' };
export const ORGANIZATION = '900000000001';
const FOLDER = '800000000001';

/** The placeholders whose values the world decides. */
export const initialPlaceholders = (): Placeholders =>
  new Map([
    ['projectId', PROJECT.id],
    ['projectNumber', PROJECT.number],
    ['organizationID', ORGANIZATION],
    ['folderID', FOLDER],
    ['uniqueId', 'k3vqx7'],
  ]);

/** What the recorder was allowed to do beyond `roles/owner`. Its grant is on the organization, because scenarios replace the policy of the project. */
const ROLE = {
  name: `organizations/${ORGANIZATION}/roles/recorder`,
  includedPermissions: [
    ...['create', 'delete', 'get', 'list', 'update'].flatMap((verb) => [
      `resourcemanager.projects.${verb}`,
      `resourcemanager.tagKeys.${verb}`,
      `resourcemanager.tagValues.${verb}`,
    ]),
    'storage.buckets.create',
    'storage.buckets.delete',
    'storage.buckets.get',
    'storage.buckets.update',
    'storage.objects.list',
  ],
};

/** The person who sends the requests. */
export const RECORDER = 'user:recorder@example.com';

/** The world in which a scenario begins: a project in an organization, and the accounts that its policies name. */
export function worldOf(exchanges: readonly Exchange[]): object {
  const values = initialPlaceholders();
  const text = exchanges.map(({ request, response }) => `${request} ${response}`).join(' ');
  const bindings = ['roles/owner', ROLE.name].map((role) => ({ role, members: [RECORDER] }));
  const parent = /folders\/[$]\{folderID\}/.test(text)
    ? `folders/${FOLDER}`
    : `organizations/${ORGANIZATION}`;
  return {
    organization: { id: ORGANIZATION, policy: { bindings } },
    folders: [{ id: FOLDER, parent: `organizations/${ORGANIZATION}` }],
    projects: [{ ...PROJECT, parent, ...firstReading(exchanges) }],
    roles: [ROLE],
    accounts: existingAccounts(exchanges, text, values).map((email) => ({ email })),
  };
}

/** The name and the labels of the project, as the scenario first reads them. */
function firstReading(exchanges: readonly Exchange[]): object {
  const get = exchanges.find(
    ({ method, path, status }) =>
      method === 'GET' &&
      /^\/v\d\/projects\/\$\{projectId\}\?/.test(path) &&
      status.startsWith('200'),
  );
  const { name, displayName, labels } = JSON.parse(get?.response ?? '{}') as {
    name?: string;
    displayName?: string;
    labels?: object;
  };
  const isNamed = displayName !== undefined || (name !== undefined && get?.path.startsWith('/v1/'));
  return { ...(isNamed && { displayName: PROJECT.id }), ...(labels && { labels }) };
}

/** The accounts of users that policies name, without those that the scenario finds missing. */
function existingAccounts(
  exchanges: readonly Exchange[],
  text: string,
  values: Placeholders,
): string[] {
  const missing = exchanges
    .filter(({ status }) => status.startsWith('404'))
    .map(({ path }) => path);
  const named = [...text.matchAll(/"serviceAccount:([^"]+)"/g)].map(([, email = '']) => email);
  return [...new Set(named)]
    .filter((email) => !missing.some((path) => path.includes(`/${email}`)))
    .flatMap((email) => fill(email, values) ?? [])
    .filter((email) => /@[a-z0-9-]+[.]iam[.]gserviceaccount[.]com$|@appspot|-compute@/.test(email))
    .filter((email) => !email.startsWith('service-'));
}
