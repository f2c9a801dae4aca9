import roles from '../../deploy/roles.json' with { type: 'json' };
import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';
import { LABEL } from '../../shared/domain/chain/secret.ts';
import { compile } from '../../shared/domain/published/compile.ts';

const ORGANIZATION = { id: '900000000001', name: 'organizations/900000000001' };
const AUDIT_ROLE = `${ORGANIZATION.name}/roles/hopmintAudit`;
export const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
/** The number of chains that share a relay. All chains share the gate. */
const CHAINS_A_RELAY = 50;
/** One project can rotate this many secrets every half an hour: 70 % of 540 writes a minute. */
const SECRETS_A_PROJECT = 3780;
const FOLDERS = 4;
const SOURCE = 'chains.json';

const opsAccount = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const dataAccount = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const policyGranting = (email: string) => ({
  bindings: [
    { role: 'roles/iam.serviceAccountTokenCreator', members: [`serviceAccount:${email}`] },
  ],
});

/**
 * A world with `count` accounts, and the published chain file of its chains.
 *
 * Each chain goes from the caller over the gate and a relay to its own target. The accounts are in two projects, and every project
 * is below four folders, each in the one before it.
 */
export function auditedWorld(count: number): { published: string; seed: object } {
  const targets = Math.max(1, Math.floor((count - 3) / (1 + 1 / CHAINS_A_RELAY)));
  const relays = Math.ceil(targets / CHAINS_A_RELAY);
  const relayOf = (i: number) => opsAccount(`relay-${Math.floor(i / CHAINS_A_RELAY)}`);
  const projectOf = (i: number) => `acme-fleet-${Math.floor(i / SECRETS_A_PROJECT)}`;
  const indexes = Array.from({ length: targets }, (_, i) => i);
  const secretProjects = [...new Set(indexes.map(projectOf))];
  const chains = indexes.map(
    (i): Chain => ({
      name: `team-${i}`,
      delegates: [{ email: opsAccount('gate') }, { email: relayOf(i) }],
      target: { email: dataAccount(`reader-${i}`) },
      credential: {
        kind: 'id-token',
        audience: 'https://partner.example.com',
        includeEmail: false,
      },
      secret: `projects/${projectOf(i)}/secrets/team-${i}`,
      format: 'raw',
      rotateEverySeconds: 1800,
      retryWindowSeconds: 600,
      minValiditySeconds: 300,
      source: { path: SOURCE, line: i + 2 },
    }),
  );
  const file: ChainFile = {
    caller: { email: MINTER },
    tickEverySeconds: 60,
    writesPerMinute: 540,
    grants: 'token-creator',
    chains,
    exceptions: [],
  };
  const folders = Array.from({ length: FOLDERS }, (_, i) => ({
    id: `80000000000${i}`,
    parent: i === 0 ? ORGANIZATION.name : `folders/80000000000${i - 1}`,
  }));
  const parent = `folders/80000000000${FOLDERS - 1}`;
  return {
    published: compile(file, { sources: [{ path: SOURCE, sha256: '0'.repeat(64) }], pauses: [] }),
    seed: {
      organization: {
        id: ORGANIZATION.id,
        policy: {
          bindings: [{ role: AUDIT_ROLE, members: [`serviceAccount:${AUDITOR}`] }],
        },
      },
      folders,
      projects: ['acme-ops', 'acme-data', ...secretProjects].map((id) => ({ id, parent })),
      roles: [{ name: AUDIT_ROLE, includedPermissions: roles.hopmintAudit.includedPermissions }],
      accounts: [
        { email: MINTER },
        { email: AUDITOR },
        { email: opsAccount('gate'), policy: policyGranting(MINTER) },
        ...Array.from({ length: relays }, (_, i) => ({
          email: opsAccount(`relay-${i}`),
          policy: policyGranting(opsAccount('gate')),
        })),
        ...indexes.map((i) => ({
          email: dataAccount(`reader-${i}`),
          policy: policyGranting(relayOf(i)),
        })),
      ],
      secrets: chains.map(({ secret }) => ({
        name: secret,
        labels: { [LABEL.key]: LABEL.value },
      })),
    },
  };
}
