import type { Finding } from '../../../shared/domain/audit/finding/finding.ts';
import { type Report, reportOf } from '../../../shared/domain/audit/report.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Binding } from '../../../shared/domain/iam/policy.ts';
import { versionOf } from '../chain/versions.ts';
import {
  account,
  CREATOR,
  MINTER,
  now,
  type Parts,
  READER,
  READER_POLICY,
  RELAY,
  relay,
  snapshot,
} from '../iam/snapshots.ts';

export { now, type Parts, relay };

export const RELAY_POLICY = `projects/acme-ops/serviceAccounts/${RELAY}`;
export const MINTER_POLICY = `projects/acme-ops/serviceAccounts/${MINTER}`;

export const minter = `serviceAccount:${MINTER}`;
export const user = 'user:eve@acme.com';

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

export const version = versionOf();

export const grant = (member: string, role = CREATOR, expression?: string): Binding => ({
  role,
  members: [member],
  ...(expression !== undefined && { condition: { expression } }),
});
/** The grants that `apply` adds to accounts. */
export const needed: Readonly<Record<string, Binding[]>> = {
  [RELAY_POLICY]: [grant(minter)],
  [READER_POLICY]: [grant(relay)],
};

export const report = (parts: Parts, edit: Partial<ChainFile> = {}, at = now): Report =>
  reportOf({ ...file, ...edit }, version, snapshot(parts), undefined, at);

/** The grants that `apply` adds, and these bindings on one resource. */
export const withGrants = (resource: string, ...bindings: Binding[]): Parts => ({
  bindings: { ...needed, [resource]: [...(needed[resource] ?? []), ...bindings] },
});

/** A finding as tables show it: severity, kind, chain/hop, account, member. */
export const short = ({ kind, severity, chain: name, hop, account, member }: Finding) =>
  [severity, kind, name && `${name}/${hop}`, account.split('@')[0], member?.split('@')[0]].filter(
    Boolean,
  );

/** The grants that `apply` adds, with the bindings of some resources replaced. */
export const withBindings = (bindings: Parts['bindings'], parts: Parts = {}): Parts => ({
  ...parts,
  bindings: { ...needed, ...bindings },
});

/** The bindings that `apply` adds to a resource, and more. */
export const neededAnd = (resource: string, ...bindings: Binding[]): Binding[] => [
  ...(needed[resource] ?? []),
  ...bindings,
];

/** Two accounts that no chain names. */
export const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
export const DEPLOYER_POLICY = `projects/acme-ops/serviceAccounts/${DEPLOYER}`;
export const CI = 'ci@acme-data.iam.gserviceaccount.com';
export const CI_POLICY = `projects/acme-data/serviceAccounts/${CI}`;
export const deployer = `serviceAccount:${DEPLOYER}`;
export const ci = `serviceAccount:${CI}`;
export const others = {
  [DEPLOYER]: account(DEPLOYER, '100000000000000000011'),
  [CI]: account(CI, '100000000000000000012'),
};

/** A situation, the findings of its report, and changes of the chain file. */
export type FindingRow = {
  title: string;
  parts: Parts;
  findings: unknown[][];
  edit?: Partial<ChainFile>;
};

/** A report is clean if all its findings are `info`. */
export const expectFindings = ({ parts, findings, edit = {} }: FindingRow) => {
  const { findings: found, clean } = report(parts, edit);
  expect(found.map(short)).toEqual(findings);
  expect(clean).toBe(findings.every(([severity]) => severity === 'info'));
};
