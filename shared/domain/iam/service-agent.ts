import table from './service-agents.json' with { type: 'json' };

type Elsewhere = { readonly domains?: readonly string[]; readonly emails?: readonly string[] };

/**
 * The domains of Google's service agents, by the role that Google grants them: `service-NUMBER@DOMAIN.iam.gserviceaccount.com`. The data file
 * gives the source of each row and its date, and a reason for each role without a domain.
 *
 * @see https://cloud.google.com/iam/docs/service-agents
 */
const DOMAINS: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.entries(table.roles),
  ...Object.entries<Elsewhere>(table.elsewhere).map(
    ([role, { domains = [] }]) => [role, domains] as const,
  ),
]);

/** All domains of agents, also of those to which Google grants no role. */
const ALL_DOMAINS: ReadonlySet<string> = new Set([
  ...[...DOMAINS.values()].flat(),
  ...table.domainsWithoutRole,
]);

/** Google's APIs act as the account `NUMBER@cloudservices` in every project, with one of these roles. */
const ROLES_OF_APIS: ReadonlySet<string> = new Set([
  'roles/editor',
  'roles/compute.instanceGroupManagerServiceAgent',
]);

/**
 * The names of agents: of a project, such as `service-NUMBER`; of an organization or a folder, such as `service-org-NUMBER`; and of one
 * resource, such as `pNUMBER-IDENTIFIER`.
 */
const NAME =
  /^(?:service-(?:project-|org-|folder-|[pfo])?\d+|(?:project|organizations|bq)-\d+|(?:[pfob]|(?:p|c|bqcx|connection|blirc|vault)-)\d+-[a-z0-9-]+)$/;

/** Is the account in one of Google's own projects? Only Google can read its policy or grant access to it. */
export function isGoogleManaged(email: string): boolean {
  const [name = '', host = ''] = email.split('@');
  if (['cloudservices', 'cloudbuild'].some((name) => host === `${name}.gserviceaccount.com`)) {
    return true;
  }
  const domain = host.replace(/\.(?:iam\.)?gserviceaccount\.com$/, '');
  // Google adds services at any time.
  const isKnown = /^gcp-(?:sa|ri)-/.test(domain) || ALL_DOMAINS.has(domain);
  return isKnown && NAME.test(name);
}

/**
 * Is `email` the service agent of that project, of its organization or of a folder above it, and `role` the role that Google grants to it? If the role or the
 * number differs, the grant is not Google's own.
 */
export function isServiceAgent(
  email: string,
  role: string,
  projectNumber: string,
  organization?: string,
  folders: readonly string[] = [],
): boolean {
  if (email === `${projectNumber}@cloudservices.gserviceaccount.com`) {
    return ROLES_OF_APIS.has(role);
  }
  const names = [
    ...['service', 'service-project', 'project'].map((prefix) => `${prefix}-${projectNumber}`),
    ...(organization === undefined ? [] : [`service-org-${organization}`]),
    ...folders.map((folder) => `service-folder-${folder}`),
  ];
  return (DOMAINS.get(role) ?? []).some((domain) =>
    names.some((name) => email === `${name}@${domain}.iam.gserviceaccount.com`),
  );
}
