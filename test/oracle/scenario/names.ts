import { accountResource } from '../iam/world.ts';

/** Friday. */
export const NOW = Date.parse('2026-11-27T09:17:00Z');
export const ORGANIZATION = 'organizations/900000000001';
export const FOLDERS = ['folders/800000000001', 'folders/800000000002'] as const;
export const PROJECTS = ['projects/acme-ops', 'projects/acme-data'] as const;
export const NUMBERS: Readonly<Record<string, string>> = {
  'acme-ops': '700000000001',
  'acme-data': '700000000002',
};
const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
export const MINTER = ops('minter');
export const RELAY = ops('relay');
export const VAULT = data('vault');
export const READER = data('reader');
export const ACCOUNTS = [MINTER, RELAY, VAULT, READER, ops('batch'), data('etl')] as const;
/** An account that somebody deleted. Nothing in a chain file names it. */
export const GONE = data('gone');
export const idOf = (email: string): string =>
  `10000000000000000000${[...ACCOUNTS, GONE].indexOf(email as never) + 1}`;
export const PEOPLE = ['user:eve@acme.com', 'user:ada@acme.com', 'user:mallory@evil.example'];
export const AUDITOR = 'user:auditor@acme.com';
export const GROUPS = ['oncall@acme.com', 'inner@acme.com'] as const;
export const ROLES = [
  'projects/acme-ops/roles/opsRole',
  'projects/acme-data/roles/dataRole',
  `${ORGANIZATION}/roles/anyRole`,
] as const;
export const TAG_VALUES = ['tagValues/281400000000002', 'tagValues/281400000000003'] as const;
export const BUCKET = 'acme-ops-chains';
export const OBJECT = 'chains.jsonl';
export const RESOURCES = [
  ...ACCOUNTS.map(accountResource),
  ...PROJECTS,
  ...FOLDERS,
  ORGANIZATION,
  `buckets/${BUCKET}`,
  ...TAG_VALUES,
];
