import type { LocalCloud } from '../../../local/cloud.ts';
import { LIFETIME_CONSTRAINT } from '../../../shared/domain/iam/lifetime-policy.ts';
import { CREATOR, READER, RELAY } from '../../domain/iam/snapshots.ts';
import { member } from '../../functions/audit/alerts/changing-world.ts';
import type { Random } from '../../soak/random.ts';
import { ACCOUNTS, BUCKET, DEPLOYER, GROUPS, lifetimes, ROLE, SECRET } from './edited-world.ts';

/** Makes a call as a person who may do everything. @returns undefined if Google refuses it */
export type Call = (method: string, path: string, body?: object) => Promise<object | undefined>;

/**
 * An edit of the world, as a person makes it. Those that Google refuses, such as an undeletion of a live account, change nothing.
 *
 * @returns undefined if it changed nothing; entries of the audit log, if the local cloud wrote none
 */
export type Edit = () => Promise<unknown>;

const ofAccount = (email: string) => `projects/-/serviceAccounts/${email}`;
const entry = (methodName: string, resourceName: string) => [
  { protoPayload: { methodName, resourceName } },
];
const CONTAINERS = [
  'projects/acme-data',
  'projects/acme-ops',
  'folders/81',
  'folders/82',
  'folders/83',
  'organizations/91',
];
const PROJECTS = ['projects/acme-data', 'projects/acme-ops'];
const PEOPLE = ['user:eve@acme.com', member(DEPLOYER), member(RELAY), `group:${GROUPS[0]}`];

type Binding = { role: string; members: string[]; condition?: { title: string } };
type Policy = { bindings?: Binding[] };

/** The policy after `who` has got the role, or has lost it. */
function toggled(
  policy: Policy,
  role: string,
  who: string,
  condition?: { title: string; expression: string },
): Policy {
  const { bindings = [] } = policy;
  const isSame = (one: Binding) => one.role === role && one.condition?.title === condition?.title;
  const members = new Set(bindings.flatMap((one) => (isSame(one) ? one.members : [])));
  if (!members.delete(who)) members.add(who);
  const rest = bindings.filter((one) => !isSame(one));
  const own = { role, members: [...members], ...(condition && { condition }) };
  return { ...policy, bindings: [...rest, ...(members.size > 0 ? [own] : [])] };
}

/** Edits of every kind, by name. Each call chooses its resources by `random`. */
export function editsOf(call: Call, { state }: LocalCloud, random: Random) {
  const toggle = async (path: string, role: string, who: string, condition?: 'expires' | 'tag') => {
    const policy = path.includes('/secrets/')
      ? await call('GET', `${path}:getIamPolicy?options.requestedPolicyVersion=3`)
      : await call('POST', `${path}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
    if (!policy) return undefined;
    const expression =
      condition === 'tag'
        ? 'resource.matchTag("91/env", "prod")'
        : 'request.time < timestamp("2026-11-22T18:00:00Z")';
    const changed = toggled(policy, role, who, condition && { title: condition, expression });
    return call('POST', `${path}:setIamPolicy`, { policy: { ...changed, version: 3 } });
  };
  const account = () => `/v1/${ofAccount(random.pick(ACCOUNTS))}`;
  const container = () => `/v3/${random.pick(CONTAINERS)}`;
  const project = () => `/v3/${random.pick(PROJECTS)}`;
  const attachment = () =>
    encodeURIComponent(`cloudresourcemanager.googleapis.com/${random.pick(CONTAINERS)}`);
  const liveAccount = () => state.accountsByEmail.get(random.pick(ACCOUNTS));
  /** The organization policy of a container above the project. Its method is not in the local cloud. */
  const limit = async (name: string) => {
    const id = name.split('/')[1] ?? '';
    const above = name.startsWith('folders') ? state.folders.get(id) : state.organizations.get(id);
    if (!above) throw new Error(`no ${name}`);
    above.orgPolicies = random.oneIn(2) ? lifetimes(READER) : lifetimes();
    return entry(
      'google.cloud.orgpolicy.v2.OrgPolicy.UpdatePolicy',
      `${name}/policies/${LIFETIME_CONSTRAINT}`,
    );
  };

  const edits: Readonly<Record<string, Edit>> = {
    'allow on an account': () => toggle(account(), CREATOR, random.pick(PEOPLE)),
    'custom role on an account': () => toggle(account(), ROLE, 'user:rob@acme.com'),
    'allow that ends': () => toggle(account(), CREATOR, 'user:eve@acme.com', 'expires'),
    'allow for a tag': () => toggle(account(), CREATOR, 'user:tess@acme.com', 'tag'),
    'allow on a container': () =>
      toggle(
        container(),
        random.pick([CREATOR, 'roles/iam.serviceAccountKeyAdmin']),
        random.pick(['user:ana@acme.com', member(DEPLOYER)]),
      ),
    administrator: () =>
      toggle(
        container(),
        random.pick(['roles/resourcemanager.projectIamAdmin', 'roles/iam.securityAdmin']),
        random.pick(['user:adam@acme.com', 'user:bea@acme.com']),
      ),
    'role changed': () =>
      call('PATCH', `/v1/${ROLE}`, {
        includedPermissions: random.pick([
          ['iam.serviceAccounts.getAccessToken'],
          ['iam.serviceAccounts.actAs'],
          ['iam.serviceAccountKeys.create', 'iam.serviceAccounts.signBlob'],
        ]),
      }),
    'role deleted': () => call('DELETE', `/v1/${ROLE}`),
    'role undeleted': () => call('POST', `/v1/${ROLE}:undelete`, {}),
    'deny policy created': () =>
      call('POST', `/v2/policies/${attachment()}/denypolicies?policyId=no-hop`, {
        rules: [
          {
            denyRule: {
              deniedPrincipals: [
                `principal://iam.googleapis.com/projects/-/serviceAccounts/${random.pick([DEPLOYER, RELAY])}`,
              ],
              deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
            },
          },
        ],
      }),
    'deny policy deleted': () => call('DELETE', `/v2/policies/${attachment()}/denypolicies/no-hop`),
    // A key that the local cloud makes takes a hundred milliseconds.
    'key created': async () => {
      const of = liveAccount();
      if (!of) return undefined;
      const keys = of.keys ?? [];
      if (keys.length === 3) return undefined;
      of.keys = [...keys, { id: `key${Math.floor(random() * 1e9)}` }];
      return entry(
        'google.iam.admin.v1.CreateServiceAccountKey',
        `${ofAccount(of.uniqueId)}/keys/1`,
      );
    },
    'key deleted': async () => {
      const of = liveAccount();
      if (!of?.keys?.length) return undefined;
      of.keys = of.keys.slice(1);
      return entry(
        'google.iam.admin.v1.DeleteServiceAccountKey',
        `${ofAccount(of.uniqueId)}/keys/1`,
      );
    },
    'account disabled or enabled': () =>
      call('POST', `${account()}:${random.pick(['disable', 'enable'])}`, {}),
    'account deleted': () => call('DELETE', account()),
    'account undeleted': async () => {
      const gone = [...state.accounts.values()].filter(
        ({ deleted, email }) => deleted && !state.accountsByEmail.has(email),
      );
      if (gone.length === 0) return undefined;
      return call('POST', `/v1/${ofAccount(random.pick(gone).uniqueId)}:undelete`, {});
    },
    'account created again': async () => {
      const gone = ACCOUNTS.filter((one) => !state.accountsByEmail.has(one));
      if (gone.length === 0) return undefined;
      const email = random.pick(gone);
      const [accountId, projectId] = email.split(/[@.]/);
      return call('POST', `/v1/projects/${projectId}/serviceAccounts`, { accountId });
    },
    'project moved': () =>
      call('POST', `${project()}:move`, {
        destinationParent: random.pick(['folders/81', 'folders/83', 'organizations/91']),
      }),
    'project deleted': () => call('DELETE', project()),
    'project undeleted': () => call('POST', `${project()}:undelete`, {}),
    // The local cloud has no method that moves a folder.
    'folder moved': async () => {
      const folder = state.folders.get('83');
      if (!folder) return undefined;
      folder.parent = random.pick(['folders/81', 'folders/82', 'organizations/91']);
      return entry('google.cloud.resourcemanager.v3.Folders.MoveFolder', 'folders/83');
    },
    'organization policy by number': () =>
      call('POST', `/v1/projects/${random.pick(['acme-data', '700000000002'])}:setOrgPolicy`, {
        policy: {
          constraint: `constraints/${LIFETIME_CONSTRAINT}`,
          listPolicy: { allowedValues: [random.pick([READER, RELAY])] },
        },
      }),
    'organization policy above': () =>
      limit(random.pick(['folders/81', 'folders/82', 'folders/83', 'organizations/91'])),
    // The log of Cloud Identity is not a log of the organization: no event comes.
    'group changed': async () => {
      const group = state.groups.get(random.pick(GROUPS));
      if (!group) return undefined;
      const who = random.pick(['user:ira@acme.com', 'user:joe@acme.com', member(DEPLOYER)]);
      const others = group.members.filter((one) => one !== who);
      group.members = others.length < group.members.length ? others : [...others, who];
      group.owners = random.oneIn(3) ? ['user:olga@acme.com'] : [];
      group.members = [...new Set([...group.members, ...group.owners])];
      return [];
    },
    'tag bound or unbound': async () => {
      const parent = `//cloudresourcemanager.googleapis.com/projects/${random.pick(['700000000001', '700000000002'])}`;
      const bound = await call('POST', '/v3/tagBindings', { parent, tagValue: 'tagValues/1' });
      return bound ?? call('DELETE', `/v3/tagBindings/${encodeURIComponent(parent)}/tagValues/1`);
    },
    'bucket changed': async () => {
      const path = `/storage/v1/b/${BUCKET}/iam`;
      const policy = await call('GET', path);
      if (!policy) return undefined;
      const role = random.pick(['roles/storage.objectAdmin', 'roles/storage.admin']);
      const who = random.pick(['user:fay@acme.com', `group:${GROUPS[1]}`]);
      return call('PUT', path, toggled(policy, role, who));
    },
    'secret changed': () =>
      toggle(
        `/v1/${SECRET}`,
        random.pick([
          'roles/secretmanager.secretAccessor',
          'roles/secretmanager.secretVersionAdder',
          'roles/secretmanager.admin',
        ]),
        random.pick(['user:sam@acme.com', `group:${GROUPS[1]}`, member(DEPLOYER)]),
      ),
    'secret labelled': () =>
      call('PATCH', `/v1/${SECRET}?updateMask=labels`, {
        labels: random.oneIn(2) ? { 'managed-by': 'hopmint' } : {},
      }),
  };
  return edits;
}

/** Makes calls to the local cloud as this person. */
export async function callerOf(local: LocalCloud, who: string): Promise<Call> {
  const { accessToken } = await answerOf(
    local.fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account: who }),
    }),
  );
  return async (method, path, body) => {
    const response = await local.fetch(`${local.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.ok ? answerOf(Promise.resolve(response)) : undefined;
  };
}

async function answerOf(response: Promise<Response>): Promise<Record<string, unknown>> {
  const text = await (await response).text();
  return text === '' ? {} : JSON.parse(text);
}
