import type { Finding } from '../../../shared/domain/audit/finding/finding.ts';
import { type Report, reportOf } from '../../../shared/domain/audit/report.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Binding } from '../../../shared/domain/iam/policy.ts';
import { versionOf } from '../chain/versions.ts';
import { CREATOR, MINTER, READER, READER_POLICY, RELAY, snapshot } from '../iam/snapshots.ts';

export const now = new Date('2026-11-22T12:00:00Z');
export const RELAY_POLICY = `projects/acme-ops/serviceAccounts/${RELAY}`;
export const MINTER_POLICY = `projects/acme-ops/serviceAccounts/${MINTER}`;

/** minter → relay → reader, an access token. */
export const chain: Chain = {
  name: 'billing-export',
  delegates: [{ email: RELAY }],
  target: { email: READER },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
export const file: ChainFile = {
  caller: { email: MINTER },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains: [chain],
  exceptions: [],
};

export const grant = (member: string, role = CREATOR, expression?: string): Binding => ({
  role,
  members: [member],
  ...(expression !== undefined && { condition: { expression } }),
});
/** What `apply` writes on accounts. */
export const needed: Readonly<Record<string, Binding[]>> = {
  [RELAY_POLICY]: [grant(`serviceAccount:${MINTER}`)],
  [READER_POLICY]: [grant(`serviceAccount:${RELAY}`)],
};

export type Parts = NonNullable<Parameters<typeof snapshot>[0]>;
export const report = (parts: Parts, edit: Partial<ChainFile> = {}, at = now): Report =>
  reportOf({ ...file, ...edit }, versionOf(), snapshot(parts), undefined, at);

/** What `apply` writes, and these bindings. */
export const withGrants = (resource: string, ...bindings: Binding[]): Parts => ({
  bindings: { ...needed, [resource]: [...(needed[resource] ?? []), ...bindings] },
});

/** What a table shows of a finding. */
export const short = ({ kind, severity, chain: name, hop, account, member }: Finding) =>
  [severity, kind, name && `${name}/${hop}`, account.split('@')[0], member?.split('@')[0]].filter(
    Boolean,
  );
