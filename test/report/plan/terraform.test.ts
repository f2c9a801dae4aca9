import { wantedOf } from '../../../shared/domain/apply/wanted.ts';
import { planTerraform } from '../../../shared/report/plan/terraform.ts';
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
  sa,
  withPolicy,
} from '../../domain/apply/plan-world.ts';

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
