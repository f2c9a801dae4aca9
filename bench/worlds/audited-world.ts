import roles from '../../deploy/roles.json' with { type: 'json' };
import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';
import { LABEL } from '../../shared/domain/chain/secret.ts';
import { compile } from '../../shared/domain/published/compile.ts';

const ORGANIZATION = { id: '900000000001', name: 'organizations/900000000001' };
const AUDIT_ROLE = `${ORGANIZATION.name}/roles/hopmintAudit`;
export const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
/** Chains that a relay serves, and relays that a gate serves. */
const SHARE = 50;
/** What one project rotates every half an hour. */
const SECRETS_A_PROJECT = 3780;
const FOLDERS = 4;
const SOURCE = 'chains.json';

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const grantedTo = (email: string) => ({
  bindings: [
    { role: 'roles/iam.serviceAccountTokenCreator', members: [`serviceAccount:${email}`] },
  ],
});

/** `count` accounts: targets, the relays and gates before them, the caller; two projects of accounts, four folders deep. */
export function auditedWorld(count: number): { published: string; seed: object } {
  const targets = Math.max(1, Math.floor((count - 3) / (1 + 1 / SHARE)));
  const relays = Math.ceil(targets / SHARE);
  const relayOf = (i: number) => ops(`relay-${Math.floor(i / SHARE)}`);
  const homeOf = (i: number) => `acme-fleet-${Math.floor(i / SECRETS_A_PROJECT)}`;
  const all = Array.from({ length: targets }, (_, i) => i);
  const homes = [...new Set(all.map(homeOf))];
  const chains = all.map(
    (i): Chain => ({
      name: `team-${i}`,
      delegates: [{ email: ops('gate') }, { email: relayOf(i) }],
      target: { email: data(`reader-${i}`) },
      credential: {
        kind: 'id-token',
        audience: 'https://partner.example.com',
        includeEmail: false,
      },
      secret: `projects/${homeOf(i)}/secrets/team-${i}`,
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
      projects: ['acme-ops', 'acme-data', ...homes].map((id) => ({ id, parent })),
      roles: [{ name: AUDIT_ROLE, includedPermissions: roles.hopmintAudit.includedPermissions }],
      accounts: [
        { email: MINTER },
        { email: AUDITOR },
        { email: ops('gate'), policy: grantedTo(MINTER) },
        ...Array.from({ length: relays }, (_, i) => ({
          email: ops(`relay-${i}`),
          policy: grantedTo(ops('gate')),
        })),
        ...all.map((i) => ({ email: data(`reader-${i}`), policy: grantedTo(relayOf(i)) })),
      ],
      secrets: chains.map(({ secret }) => ({
        name: secret,
        labels: { [LABEL.key]: LABEL.value },
      })),
    },
  };
}
