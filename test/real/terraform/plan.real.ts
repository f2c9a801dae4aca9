import { wantedOf } from '../../../shared/domain/apply/wanted.ts';
import { createSecret, grantHop, grantMinter } from '../../../shared/domain/grants/fix.ts';
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
import { type Bindings, openBindings } from './provider/bindings.ts';
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

/** What Terraform prints where it would format the configuration in another way, or cannot plan it. */
async function complaintsOf(text: string): Promise<string> {
  const workspace = await openWorkspace(bindings, { 'main.tf': PROVIDER + text });
  try {
    const format = await workspace.run('fmt', '-diff', '-check');
    await workspace.run('init', '-input=false');
    const plan = await workspace.run('plan', '-input=false');
    return `${format.text}${plan.status === 0 ? '' : plan.text}`;
  } finally {
    await workspace.close();
  }
}

describe('the Terraform of `./hopmint plan`', () => {
  it.each([
    { situation: 'a chain', file: fileOf([chainOf()]) },
    {
      situation: 'grants that end',
      file: fileOf([chainOf()], { grantForSeconds: 90 * 86_400 }),
    },
    { situation: 'narrow grants', file: fileOf([chainOf()], { grants: 'narrow' }) },
    {
      situation: 'a key for automatic replication',
      file: fileOf([chainOf({ replication: { automatic: true, kmsKey: KEY } })]),
    },
    {
      situation: 'regions and keys',
      file: fileOf([chainOf({ replication: { automatic: false, replicas: [REPLICA] } })]),
    },
    {
      situation: 'readers',
      file: fileOf([chainOf({ readers: ['user:a.b@acme.com', 'domain:1acme.com'] })]),
    },
    {
      situation: 'hostile names of readers',
      file: fileOf([chainOf({ readers: HOSTILE.map((text) => `user:${text}`) })]),
    },
  ])('is formatted, and Terraform can plan it, for $situation', async ({ file }) => {
    const wanted = wantedOf(file, EMPTY.accounts, minterRole);
    expect(await complaintsOf(planTerraform(file, wanted, EMPTY, NOW))).toBe('');
  });
});

describe('the Terraform of a fix', () => {
  it.each([
    {
      action: 'grants a hop',
      fix: grantHop(ops('minter'), { name: ops('relay'), projectId: 'acme-ops' }),
    },
    { action: 'creates a secret', fix: createSecret(SECRET) },
    { action: 'grants the minter its role', fix: grantMinter(SECRET, ops('minter')) },
  ])('that $action is formatted, and Terraform can plan it', async ({ fix }) => {
    expect(await complaintsOf(`${fix.terraform}\n`)).toBe('');
  });
});
