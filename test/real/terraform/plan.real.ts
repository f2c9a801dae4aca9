import { wantedOf } from '../../../shared/domain/apply/wanted.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import {
  createSecret,
  type Fix,
  grantHop,
  grantMinter,
} from '../../../shared/domain/grants/fix.ts';
import { planTerraform } from '../../../shared/report/plan/terraform.ts';
import {
  chainOf,
  EMPTY,
  fileOf,
  minterRole,
  NOW,
  ops,
  SECRET,
} from '../../domain/apply/plan-world.ts';
import { HOSTILE } from '../../domain/hostile.ts';
import { type Bindings, openBindings } from './bindings.ts';
import { openWorkspace } from './workspace.ts';

const KEY = 'projects/acme-ops/locations/europe-west1/keyRings/r/cryptoKeys/k';
const REPLICA = { location: 'europe-west1', kmsKey: KEY };
const PROVIDER = `terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

`;

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

/** What Terraform says of this configuration: nothing, when it would make it. */
async function complaintsOf(text: string): Promise<string> {
  const workspace = await openWorkspace(bindings, { 'main.tf': PROVIDER + text });
  try {
    const format = await workspace.run('fmt', '-diff', '-check');
    await workspace.run('init', '-input=false');
    const plan = await workspace.run('plan', '-input=false');
    return `${format.told}${plan.status === 0 ? '' : plan.told}`;
  } finally {
    await workspace.close();
  }
}

describe('the Terraform of `./hopmint plan`', () => {
  const files: [what: string, file: ChainFile][] = [
    ['a chain', fileOf([chainOf()])],
    ['grants that end', fileOf([chainOf()], { grantForSeconds: 90 * 86_400 })],
    ['narrow grants', fileOf([chainOf()], { grants: 'narrow' })],
    [
      'a key for automatic replication',
      fileOf([chainOf({ replication: { automatic: true, kmsKey: KEY } })]),
    ],
    [
      'regions and keys',
      fileOf([chainOf({ replication: { automatic: false, replicas: [REPLICA] } })]),
    ],
    ['readers', fileOf([chainOf({ readers: ['user:a.b@acme.com', 'domain:1acme.com'] })])],
    [
      'whatever a name may hold',
      fileOf([chainOf({ readers: HOSTILE.map((text) => `user:${text}`) })]),
    ],
  ];
  it.each(files)('is as Terraform would have it, for %s', async (_what, file) => {
    const wanted = wantedOf(file, EMPTY.accounts, minterRole);
    expect(await complaintsOf(planTerraform(file, wanted, EMPTY, NOW))).toBe('');
  });
});

describe('the Terraform of a fix', () => {
  const fixes: [what: string, fix: Fix][] = [
    ['grants a hop', grantHop(ops('minter'), { name: ops('relay'), projectId: 'acme-ops' })],
    ['makes a secret', createSecret(SECRET)],
    ['grants the minter its role', grantMinter(SECRET, ops('minter'))],
  ];
  it.each(fixes)('is as Terraform would have it where it %s', async (_what, { terraform }) => {
    expect(await complaintsOf(`${terraform}\n`)).toBe('');
  });
});
