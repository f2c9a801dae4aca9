import roles from '../../deploy/roles.json' with { type: 'json' };
import { LABEL } from '../../shared/domain/chain/secret.ts';

const ORGANIZATION = { id: '900000000001', name: 'organizations/900000000001' };
const AUDIT_ROLE = `${ORGANIZATION.name}/roles/hopmintAudit`;
export const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
/** Chains that a relay serves, and relays that a gate serves. */
const SHARE = 50;
/** What one project rotates every half an hour. */
const SECRETS_A_PROJECT = 3780;
const FOLDERS = 4;

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const grantedTo = (email: string) => ({
  bindings: [
    { role: 'roles/iam.serviceAccountTokenCreator', members: [`serviceAccount:${email}`] },
  ],
});

/** `count` accounts: targets, the relays and gates before them, the caller; two projects of accounts, four folders deep. */
export function auditedWorld(count: number): { chainFile: string; seed: object } {
  const targets = Math.max(1, Math.floor((count - 3) / (1 + 1 / SHARE)));
  const relays = Math.ceil(targets / SHARE);
  const relayOf = (i: number) => ops(`relay-${Math.floor(i / SHARE)}`);
  const homeOf = (i: number) => `acme-fleet-${Math.floor(i / SECRETS_A_PROJECT)}`;
  const all = Array.from({ length: targets }, (_, i) => i);
  const homes = [...new Set(all.map(homeOf))];
  const chains = all.map((i) => ({
    name: `team-${i}`,
    delegates: [ops('gate'), relayOf(i)],
    target: data(`reader-${i}`),
    credential: { kind: 'id-token', audience: 'https://partner.example.com' },
    secret: `projects/${homeOf(i)}/secrets/team-${i}`,
  }));
  const folders = Array.from({ length: FOLDERS }, (_, i) => ({
    id: `80000000000${i}`,
    parent: i === 0 ? ORGANIZATION.name : `folders/80000000000${i - 1}`,
  }));
  const parent = `folders/80000000000${FOLDERS - 1}`;
  return {
    chainFile: JSON.stringify({ caller: MINTER, chains }),
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
