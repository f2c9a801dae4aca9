/** The content of a world file, as far as the oracle knows it. */
export type Condition = { readonly title?: string; readonly expression: string };
export type Binding = { role: string; members: string[]; condition?: Condition };
export type Policy = { version?: number; bindings: Binding[] };
export type DenyRule = {
  deniedPrincipals: string[];
  exceptionPrincipals?: string[];
  deniedPermissions: string[];
  exceptionPermissions?: string[];
  denialCondition?: Condition;
};
export type Account = {
  email: string;
  uniqueId: string;
  disabled?: boolean;
  deleted?: boolean;
  policy?: Policy;
};
export type Role = {
  name: string;
  includedPermissions: string[];
  stage?: string;
  deleted?: boolean;
};
export type DenyPolicy = { attachedTo: string; name: string; rules: { denyRule: DenyRule }[] };
export type World = {
  organization: { id: string; policy?: Policy };
  folders: { id: string; parent: string; policy?: Policy }[];
  projects: { id: string; number: string; parent: string; policy?: Policy }[];
  accounts: Account[];
  roles: Role[];
  denyPolicies: DenyPolicy[];
  groups: { email: string; members: string[]; owners?: string[]; managers?: string[] }[];
  tagKeys: {
    name: string;
    parent: string;
    shortName: string;
    values: { name: string; shortName: string; policy?: Policy }[];
  }[];
  tagBindings: { resource: string; tagValue: string }[];
  buckets: { name: string; project: string; policy?: Policy }[];
};

/** A resource name: `organizations/N`, `folders/N`, `projects/ID`, `buckets/NAME`, `buckets/NAME/objects/NAME`, `tagValues/N` or `projects/ID/serviceAccounts/EMAIL`. */
export type Resource = string;

export const projectOf = (email: string): string =>
  /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? '';
export const accountResource = (email: string): Resource =>
  `projects/${projectOf(email)}/serviceAccounts/${email}`;
export const organizationOf = (world: World): Resource => `organizations/${world.organization.id}`;

export function parentOf(world: World, resource: Resource): Resource | undefined {
  const [kind, id = '', below] = resource.split('/');
  if (kind === 'organizations') return undefined;
  if (kind === 'folders') return world.folders.find((folder) => folder.id === id)?.parent;
  if (kind === 'tagValues') {
    return world.tagKeys.find(({ values }) => values.some(({ name }) => name === resource))?.parent;
  }
  if (kind === 'buckets' && below !== undefined) return `buckets/${id}`;
  if (kind === 'buckets') {
    return `projects/${world.buckets.find(({ name }) => name === id)?.project}`;
  }
  if (below !== undefined) return `projects/${id}`;
  return world.projects.find((project) => project.id === id)?.parent;
}

/** A world is asked for the same lines again and again. Who moves a project in a world makes a copy of the world first. */
const lines = new WeakMap<World, Map<Resource, readonly Resource[]>>();

/** The resource and everything above it. */
export function lineOf(world: World, resource: Resource): readonly Resource[] {
  const ofWorld = lines.get(world) ?? new Map<Resource, readonly Resource[]>();
  lines.set(world, ofWorld);
  const known = ofWorld.get(resource);
  if (known) return known;
  const parent = parentOf(world, resource);
  const line = parent === undefined ? [resource] : [resource, ...lineOf(world, parent)];
  ofWorld.set(resource, line);
  return line;
}

type HasPolicy = { policy?: Policy };
export function holderOf(world: World, resource: Resource): HasPolicy | undefined {
  const [kind, id = '', below, email] = resource.split('/');
  if (kind === 'organizations') return world.organization;
  if (kind === 'folders') return world.folders.find((folder) => folder.id === id);
  if (kind === 'tagValues') {
    return world.tagKeys.flatMap(({ values }) => values).find(({ name }) => name === resource);
  }
  if (kind === 'buckets') {
    return below === undefined ? world.buckets.find(({ name }) => name === id) : undefined;
  }
  if (below !== undefined) return world.accounts.find((account) => account.email === email);
  return world.projects.find((project) => project.id === id);
}

export const bindingsOf = (world: World, resource: Resource): readonly Binding[] =>
  holderOf(world, resource)?.policy?.bindings ?? [];

export const containersOf = (world: World): Resource[] => [
  organizationOf(world),
  ...world.folders.map(({ id }) => `folders/${id}`),
  ...world.projects.map(({ id }) => `projects/${id}`),
];

/** An account that exists. By email or unique ID. */
export const accountNamed = (world: World, name: string): Account | undefined =>
  world.accounts.find(
    (account) => !account.deleted && (account.email === name || account.uniqueId === name),
  );

export const member = (account: Account): string => `serviceAccount:${account.email}`;
