import { commandOf } from '../../../shared/domain/apply/gcloud-commands.ts';
import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { wantedOf } from '../../../shared/domain/apply/wanted.ts';
import { costOf } from '../../../shared/domain/cost/chains-cost.ts';
import { costText } from '../../../shared/report/plan/cost-text.ts';
import { differencesOf, planDocumentOf } from '../../../shared/report/plan/json.ts';
import { planTerraform } from '../../../shared/report/plan/terraform.ts';
import { planText, servesText } from '../../../shared/report/plan/text.ts';
import {
  bound,
  CREATOR,
  chainOf,
  EMPTY,
  FULL,
  fileOf,
  minterRole,
  NOW,
  onAccount,
  ops,
  plan,
  SECRET,
  sa,
  secretOf,
  withPolicy,
} from '../../domain/apply/plan-world.ts';

describe('the cost of the chains', () => {
  it('includes two versions for each chain and three writes for each rotation', () => {
    const file = fileOf([
      chainOf(),
      chainOf({ name: 'b', secret: 'projects/acme-data/secrets/b', rotateEverySeconds: 600 }),
    ]);
    const cost = costOf(file, new Map());
    expect(cost.projects).toEqual([
      {
        project: 'acme-ops',
        chains: 1,
        versions: 2,
        rotationsPerMinute: 1 / 30,
        readsPerMinute: expect.closeTo(1 + 2 / 30),
        writesPerMinute: 0.1,
        shareOfWriteQuota: expect.closeTo(0.1 / 600),
        dollarsPerMonth: expect.closeTo(0.12),
      },
      expect.objectContaining({ project: 'acme-data', writesPerMinute: expect.closeTo(0.3) }),
    ]);
    expect(cost.dollarsPerMonth).toBeCloseTo(0.24);
    expect(cost.rotationsPerMonth).toBeCloseTo(30 * 24 * 2 + 30 * 24 * 6);
  });

  it('counts every location, and destroyed versions that Google still keeps', () => {
    const replicas = [{ location: 'europe-west1' }, { location: 'europe-west4' }];
    const replication = { automatic: false, replicas } as const;
    const held = secretOf({ replication, versionDestroyTtlSeconds: 86_400 });
    const [project] = costOf(fileOf([chainOf()]), new Map([[SECRET, held]])).projects;
    expect(project?.versions).toBe(2 + 48);
    expect(project?.dollarsPerMonth).toBeCloseTo(50 * 2 * 0.06);
  });

  it('is shown as a table and a sum', () => {
    const text = costText(costOf(fileOf([chainOf()]), new Map()));
    expect(text).toMatch(/acme-ops .* 1 .* 2 .* 1\.07 .* 0\.1 .* 0\.02 % .* \$0\.12/);
    expect(text).toContain('$0.12 a month for versions');
  });
});

describe('a plan as text', () => {
  it('makes invisible characters of a condition visible', () => {
    const condition = { title: 't', expression: 'true // \u202e\u0007' };
    const inventory = withPolicy(onAccount(ops('relay')), {
      ...bound(CREATOR, sa(ops('minter'))),
      condition,
    });
    const text = planText(plan(fileOf([chainOf()]), inventory));
    expect(text).toContain('under the condition "true // \\u{202e}\\u0007"');
  });

  it('marks each added line once', () => {
    const kinds: string[] = [];
    planText(plan(fileOf([chainOf()]), EMPTY), [], (kind, line) => {
      if (line.startsWith('+')) kinds.push(kind);
      return line;
    });
    expect(new Set(kinds)).toEqual(new Set(['add']));
  });

  it('names only three of a thousand chains', () => {
    const serves = Array.from({ length: 1000 }, (_, i) => ({ chain: `c${i}`, hop: 1 }));
    expect(servesText(serves)).toBe('hop 1 of c0, hop 1 of c1, hop 1 of c2 and 997 more');
  });

  const sums: { title: string; inventory: Inventory; sum: string }[] = [
    {
      title: 'everything',
      inventory: EMPTY,
      sum: 'To add: 1 role, 1 secret, 3 grants. Nothing is removed.',
    },
    {
      title: 'nothing',
      inventory: FULL,
      sum: 'Nothing to do: IAM and Secret Manager have everything that the chain file needs.',
    },
    {
      title: 'a label',
      inventory: { ...FULL, secrets: new Map([[SECRET, secretOf({ labels: {} })]]) },
      sum: 'To add: 1 label. Nothing is removed.',
    },
    {
      title: 'only an obstacle',
      inventory: {
        ...FULL,
        accounts: new Map([...FULL.accounts, [ops('relay'), 'missing' as const]]),
      },
      sum: 'Obstacles: 1, marked with "!". Apply does nothing for their chains.',
    },
  ];
  it.each(sums)('sums up a plan with $title to do', ({ inventory, sum }) => {
    expect(
      planText(plan(fileOf([chainOf()]), inventory))
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe(sum);
  });
});

describe('a plan as JSON', () => {
  const document = planDocumentOf(plan(fileOf([chainOf()]), EMPTY), 'abc', NOW);
  const saved = JSON.parse(JSON.stringify(document)) as object;

  it('is equal after it was saved and read', () => {
    expect(differencesOf(saved, document)).toEqual([]);
  });

  const others: { title: string; other: unknown; parts: string[] }[] = [
    { title: 'nothing', other: undefined, parts: ['all of it'] },
    { title: 'a list', other: [], parts: ['all of it'] },
    {
      title: 'a later plan, which is equal',
      other: { ...saved, generatedAt: '2027-01-01T00:00:00Z' },
      parts: [],
    },
    { title: 'a plan that says it is empty', other: { ...saved, empty: true }, parts: ['empty'] },
    { title: 'a plan without steps', other: { ...saved, steps: [] }, parts: ['steps'] },
    { title: 'a plan with another field', other: { ...saved, x: 1 }, parts: ['x'] },
  ];
  it.each(others)('names the fields in which $title differs', ({ other, parts }) => {
    expect(differencesOf(other, document)).toEqual(parts);
  });
});

describe('a command of a plan', () => {
  const create = (replication: Parameters<typeof chainOf>[0]) =>
    plan(fileOf([chainOf(replication)]), EMPTY)
      .steps.filter((step) => step.do === 'create-secret')
      .map(commandOf)
      .join('\n');

  const replications: { title: string; part: Parameters<typeof chainOf>[0]; command: string }[] = [
    {
      title: 'everywhere',
      part: {},
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic',
    },
    {
      title: 'everywhere, with a key',
      part: { replication: { automatic: true, kmsKey: 'projects/p/k' } },
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic --kms-key-name=projects/p/k',
    },
    {
      title: 'in regions',
      part: {
        replication: { automatic: false, replicas: [{ location: 'a1' }, { location: 'b1' }] },
      },
      command:
        'gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy=user-managed --locations=a1,b1',
    },
    {
      title: 'in regions, with a key for each',
      part: { replication: { automatic: false, replicas: [{ location: 'a1', kmsKey: 'k' }] } },
      command: `printf %s '{"userManaged":{"replicas":[{"location":"a1","customerManagedEncryption":{"kmsKeyName":"k"}}]}}' | gcloud secrets create billing --project=acme-ops --labels=managed-by=hopmint --replication-policy-file=-`,
    },
  ];
  it.each(replications)('creates a secret that is stored $title', ({ part, command }) => {
    expect(create(part)).toBe(command);
  });

  it('passes the end of a grant as a condition, with gcloud’s escaping', () => {
    const file = fileOf([chainOf()], { grantForSeconds: 86_400 });
    expect(plan(file, EMPTY).steps.map(commandOf).at(-1)).toBe(
      `gcloud iam service-accounts add-iam-policy-binding reader@acme-data.iam.gserviceaccount.com --project=acme-data --member=serviceAccount:relay@acme-ops.iam.gserviceaccount.com --role=${CREATOR} --condition='expression=request.time < timestamp("2026-11-24T00:00:00Z"),title=hopmint until 2026-11-24'`,
    );
  });
});

const KEY = 'projects/acme-ops/locations/europe-west1/keyRings/r/cryptoKeys/k';

describe('a plan in Terraform', () => {
  const terraform = (file: Parameters<typeof wantedOf>[0], inventory = FULL) =>
    planTerraform(file, wantedOf(file, inventory.accounts, minterRole), inventory, NOW);

  // terraform-provider-google#4011, #11451 and #8521: a token got into the state file. No resource here contains one.
  it('has everything that the file needs, whether it exists or not', () => {
    const file = fileOf([chainOf()]);
    expect(terraform(file)).toBe(terraform(file, EMPTY));
    expect(
      terraform(file),
    ).toBe(`resource "google_project_iam_custom_role" "acme_ops_hopmintminter" {
  project     = "acme-ops"
  role_id     = "hopmintMinter"
  title       = "Hopmint minter"
  description = "Granted to the caller on each secret of a chain, to rotate it. It cannot read a payload."
  permissions = [
    "secretmanager.secrets.get",
    "secretmanager.secrets.update",
    "secretmanager.versions.add",
    "secretmanager.versions.destroy",
    "secretmanager.versions.list",
  ]
}

resource "google_secret_manager_secret" "billing" {
  project   = "acme-ops"
  secret_id = "billing"
  labels = {
    managed-by = "hopmint"
  }
  replication {
    auto {}
  }
  lifecycle {
    ignore_changes = [annotations, version_aliases] # the ledger, which mint writes
  }
}

resource "google_secret_manager_secret_iam_member" "minter_on_billing" {
  secret_id = google_secret_manager_secret.billing.id
  role      = google_project_iam_custom_role.acme_ops_hopmintminter.name
  member    = "serviceAccount:minter@acme-ops.iam.gserviceaccount.com"
}

resource "google_service_account_iam_member" "minter_on_relay" {
  service_account_id = "projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com"
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:minter@acme-ops.iam.gserviceaccount.com"
}

resource "google_service_account_iam_member" "relay_on_reader" {
  service_account_id = "projects/acme-data/serviceAccounts/reader@acme-data.iam.gserviceaccount.com"
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:relay@acme-ops.iam.gserviceaccount.com"
}
`);
  });

  it('keeps the end of an existing grant, and sets a new end for the others', () => {
    const existing = {
      ...bound(CREATOR, sa(ops('minter'))),
      condition: { title: 'ours', expression: 'request.time < timestamp("2027-02-01T00:00:00Z")' },
    };
    const text = terraform(
      fileOf([chainOf()], { grantForSeconds: 90 * 86_400 }),
      withPolicy(onAccount(ops('relay')), existing),
    );
    expect(text).toContain(
      '    expression = "request.time < timestamp(\\"2027-02-01T00:00:00Z\\")"',
    );
  });

  it('puts regions and keys in their blocks', () => {
    const replicas = [{ location: 'europe-west1', kmsKey: KEY }];
    const text = terraform(fileOf([chainOf({ replication: { automatic: false, replicas } })]));
    expect(text).toContain(`  replication {
    user_managed {
      replicas {
        location = "europe-west1"
        customer_managed_encryption {
          kms_key_name = "${KEY}"
        }
      }
    }
  }`);
  });

  it('gives every resource a unique label that Terraform accepts', () => {
    const file = fileOf([
      chainOf({ readers: ['user:a.b@acme.com', 'user:a-b@acme.com', 'domain:1acme.com'] }),
    ]);
    const names = [...terraform(file).matchAll(/^resource "(\w+)" "([^"]+)"/gm)].map(
      ([, type, name]) => `${type}.${name}`,
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^\w+\.[a-z_][a-z0-9_]*$/);
  });
});
