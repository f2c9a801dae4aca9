import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { initInstallation } from '../../../cli/commands/init/installation.ts';
import { recordingIo } from '../../cli/recording-io.ts';
import { type Bindings, openBindings } from './provider/bindings.ts';
import { runTerraform } from './run-terraform.ts';
import { openStandIns, openWorkspace } from './workspace.ts';

// Terraform applies the module with the real provider's schema, for a plain organization and for one with the policies of larger organizations.

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const KEY = 'projects/acme-keys/locations/europe-west1/keyRings/hopmint/cryptoKeys/hopmint';
const EU_KEY = 'projects/acme-keys/locations/europe/keyRings/hopmint/cryptoKeys/buckets';
const POOL = 'projects/acme-build/locations/europe-west4/workerPools/private';
const AUDIT_ROLE = 'organizations/900000000001/roles/hopmintAudit';
const SINK = 'serviceAccount:central@gcp-sa-logging.iam.gserviceaccount.com';

const PLAIN = `alerts_to = { critical = ["oncall@acme.com"] }`;
const ENTERPRISE = `
  secret_projects = ["acme-ops", "acme-data"]
  bucket_location = "EU"
  message_regions = ["europe-west1"]
  kms_key         = "${KEY}"
  kms_keys        = { buckets = "${EU_KEY}" }
  ingress         = { audit = "internal-and-cloud-load-balancing" }
  worker_pool     = "${POOL}"
  create_accounts = false
  roles           = { hopmintAudit = "${AUDIT_ROLE}", hopmintChains = "organizations/900000000001/roles/hopmintChains" }
  vpc             = { subnetwork = "projects/acme-network/regions/europe-west1/subnetworks/private", tags = ["hopmint"] }
  log_sink        = { writer_identity = "${SINK}" }
  alerts_to = {
    critical = ["projects/acme-ops/notificationChannels/1", "oncall@acme.com"]
    warning  = ["team@acme.com"]
  }
  page = {
    domain       = "hopmint.acme.com"
    viewers      = ["group:oncall@acme.com"]
    certificates = ["projects/acme-ops/global/sslCertificates/acme"]
  }
`;

const Resource = z.object({
  address: z.string(),
  type: z.string(),
  mode: z.string(),
  values: z.record(z.string(), z.unknown()),
});
const Shown = z.object({
  values: z.object({
    outputs: z.record(z.string(), z.object({ value: z.unknown() })),
    root_module: z.object({
      child_modules: z.array(z.object({ resources: z.array(Resource) })),
    }),
  }),
});

type Applied = {
  readonly of: (type: string) => readonly z.infer<typeof Resource>[];
  readonly outputs: Readonly<Record<string, unknown>>;
};

const OUTPUTS = ['accounts', 'build', 'replication', 'key_users', 'page_backend'];

async function apply(bindings: Bindings, args: string): Promise<Applied> {
  const outputs = OUTPUTS.map(
    (name) => `output "${name}" {\n  value = module.hopmint.${name}\n}\n`,
  );
  const text = `module "hopmint" {\n  source = "./terraform"\n  project_id = "acme-ops"\n  region = "europe-west1"\n  organization_id = "900000000001"\n  ${args}\n}\n${outputs.join('')}`;
  const workspace = await openWorkspace(bindings, { 'main.tf': text }, { from: DEPLOY });
  try {
    await workspace.run('init', '-input=false');
    const applied = await workspace.run('apply', '-input=false', '-auto-approve');
    if (applied.status !== 0) throw new Error(applied.text);
    const again = await workspace.run('plan', '-input=false', '-detailed-exitcode');
    if (again.status !== 0) throw new Error(again.text);
    const { values } = Shown.parse(JSON.parse((await workspace.run('show', '-json')).stdout));
    const resources = values.root_module.child_modules.flatMap((module) => module.resources);
    return {
      of: (type) => resources.filter((one) => one.type === type && one.mode === 'managed'),
      outputs: Object.fromEntries(
        Object.entries(values.outputs).map(([name, { value }]) => [name, value]),
      ),
    };
  } finally {
    await workspace.close();
  }
}

let bindings: Bindings;
let plain: Applied;
let enterprise: Applied;
beforeAll(async () => {
  bindings = await openBindings();
  plain = await apply(bindings, PLAIN);
  enterprise = await apply(bindings, ENTERPRISE);
}, 120_000);
afterAll(() => bindings?.close());

/** The value at a path, such as `template.0.encryption_key`. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((one, key) => (one as Record<string, unknown> | null)?.[key], value);

const eachOf = (applied: Applied, type: string, path: string): unknown[] =>
  applied.of(type).map(({ values }) => at(values, path));

/** The different values at a path in all resources of a type. */
const valuesOf = (applied: Applied, type: string, path: string): unknown[] => [
  ...new Set(eachOf(applied, type, path)),
];

describe('deploy/terraform in a plain organization', () => {
  it('uses no key of a customer, and no VPC', () => {
    expect({
      buckets: valuesOf(plain, 'google_storage_bucket', 'encryption.length'),
      topics: valuesOf(plain, 'google_pubsub_topic', 'kms_key_name'),
      images: valuesOf(plain, 'google_artifact_registry_repository', 'kms_key_name'),
      services: valuesOf(plain, 'google_cloud_run_v2_service', 'template.0.encryption_key'),
      vpc: valuesOf(plain, 'google_cloud_run_v2_service', 'template.0.vpc_access.length'),
      keys: plain.of('google_kms_crypto_key_iam_member').length,
      replication: plain.outputs.replication ?? null,
    }).toEqual({
      buckets: [0],
      topics: [null],
      images: [null],
      services: [null],
      vpc: [0],
      keys: 0,
      replication: null,
    });
  });

  it('creates the accounts, the roles and the sink, and checks the status from outside', () => {
    expect(plain.of('google_service_account')).toHaveLength(7);
    expect(plain.of('google_organization_iam_custom_role')).toHaveLength(1);
    expect(plain.of('google_logging_organization_sink')).toHaveLength(1);
    expect(plain.of('google_monitoring_uptime_check_config')).toHaveLength(1);
    expect(plain.outputs.build).toBe('deploy/build acme-ops europe-west1');
  });

  it('sends every alert to the one address', () => {
    expect(
      valuesOf(plain, 'google_monitoring_alert_policy', 'notification_channels.length'),
    ).toEqual([1]);
    expect(plain.of('google_monitoring_notification_channel')).toHaveLength(1);
  });
});

describe('deploy/terraform in an organization with policies', () => {
  it('gives a key to everything that takes one, and its user the right to use it', () => {
    expect({
      buckets: valuesOf(enterprise, 'google_storage_bucket', 'encryption.0.default_kms_key_name'),
      topics: valuesOf(enterprise, 'google_pubsub_topic', 'kms_key_name'),
      images: valuesOf(enterprise, 'google_artifact_registry_repository', 'kms_key_name'),
      services: valuesOf(enterprise, 'google_cloud_run_v2_service', 'template.0.encryption_key'),
      replication: enterprise.outputs.replication,
    }).toEqual({
      buckets: [EU_KEY],
      topics: [KEY],
      images: [KEY],
      services: [KEY],
      replication: { locations: ['europe-west1'], kmsKeys: [KEY] },
    });
    const grants = enterprise.of('google_kms_crypto_key_iam_member').map(({ values }) => values);
    expect(grants.map(({ crypto_key_id: key }) => key).sort()).toEqual(
      [EU_KEY, KEY, KEY, KEY, KEY, KEY].sort(),
    );
    expect(new Set(grants.map(({ role }) => role))).toEqual(
      new Set(['roles/cloudkms.cryptoKeyEncrypterDecrypter']),
    );
    const users = z
      .array(z.object({ key: z.string(), member: z.string() }))
      .parse(enterprise.outputs.key_users);
    expect(users).toHaveLength(grants.length);
  });

  it('stores everything in the allowed locations', () => {
    expect(valuesOf(enterprise, 'google_storage_bucket', 'location')).toEqual(['EU']);
    expect(
      valuesOf(
        enterprise,
        'google_pubsub_topic',
        'message_storage_policy.0.allowed_persistence_regions.0',
      ),
    ).toEqual(['europe-west1']);
  });

  it('opens no service to the internet, and checks the status from inside', () => {
    expect(
      enterprise
        .of('google_cloud_run_v2_service')
        .map(({ values }) => [values.name, values.ingress])
        .sort(),
    ).toEqual([
      ['hopmint-audit', 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER'],
      ['hopmint-fanout', 'INGRESS_TRAFFIC_INTERNAL_ONLY'],
      ['hopmint-mint', 'INGRESS_TRAFFIC_INTERNAL_ONLY'],
    ]);
    expect(enterprise.of('google_monitoring_uptime_check_config')).toEqual([]);
    expect(enterprise.of('google_cloud_scheduler_job').map(({ values }) => values.name)).toContain(
      'hopmint-status',
    );
    const alerts = enterprise
      .of('google_monitoring_alert_policy')
      .map(({ values }) => values.display_name);
    expect(alerts).toContain('Hopmint: status-failing');
    expect(alerts).toContain('Hopmint: slo-burn');
  });

  it('sends all calls of the services through the shared VPC', () => {
    expect(eachOf(enterprise, 'google_cloud_run_v2_service', 'template.0.vpc_access.0')).toEqual(
      Array(3).fill({
        connector: null,
        egress: 'ALL_TRAFFIC',
        network_interfaces: [
          {
            network: expect.any(String),
            subnetwork: 'projects/acme-network/regions/europe-west1/subnetworks/private',
            tags: ['hopmint'],
          },
        ],
      }),
    );
  });

  it('creates no account, no role that others made, and no sink', () => {
    expect(enterprise.of('google_service_account')).toEqual([]);
    expect(enterprise.of('google_organization_iam_custom_role')).toEqual([]);
    expect(enterprise.of('google_logging_organization_sink')).toEqual([]);
    expect(enterprise.of('google_logging_project_sink')).toEqual([]);
    expect(
      enterprise
        .of('google_project_iam_custom_role')
        .map(({ values }) => values.role_id)
        .sort(),
    ).toEqual([
      'hopmintDeployer',
      'hopmintFanout',
      'hopmintFanout_acme_ops',
      'hopmintOperations',
      'hopmintPublisher',
      'hopmintState',
    ]);
    expect(
      enterprise.of('google_organization_iam_member').map(({ values }) => values.role),
    ).toEqual([AUDIT_ROLE]);
    expect(
      enterprise.of('google_pubsub_topic_iam_member').map(({ values }) => values.member),
    ).toContain(SINK);
  });

  it('names the accounts that others must make', () => {
    const ops = (name: string) => `hopmint-${name}@acme-ops.iam.gserviceaccount.com`;
    expect(enterprise.outputs.accounts).toEqual({
      fanout: ops('fanout'),
      mint: ops('minter'),
      audit: ops('audit'),
      trigger: ops('trigger'),
      check: ops('check'),
      build: ops('build'),
      deploy: ops('deploy'),
    });
  });

  it('builds in the private pool, and in its region', () => {
    expect(enterprise.outputs.build).toBe(
      `deploy/build acme-ops europe-west1 --build-region=europe-west4 --worker-pool=${POOL}`,
    );
  });

  it('sends each alert to the channels of its severity', () => {
    const counts = enterprise
      .of('google_monitoring_alert_policy')
      .map(({ values }) => [values.severity, at(values, 'notification_channels.length')]);
    expect(new Map(counts as [string, number][])).toEqual(
      new Map([
        ['CRITICAL', 2],
        ['ERROR', 2],
        ['WARNING', 1],
      ]),
    );
  });
});

describe('the folder of an installation', () => {
  let folder: string;
  let standIns: Awaited<ReturnType<typeof openStandIns>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopmint-installation-'));
    const { io } = recordingIo();
    const flags = { project: 'acme-ops', region: 'europe-west1', alerts: ['oncall@acme.com'] };
    expect(await initInstallation(join(folder, 'own'), flags, io)).toBe(0);
    // The state is on disk here, because the stand-in has no bucket.
    await writeFile(join(folder, 'own/here_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
    standIns = await openStandIns(bindings, folder);
  }, 60_000);
  afterAll(async () => {
    await standIns?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const terraform = (...args: string[]) => runTerraform(join(folder, 'own'), args, standIns.env);
  const set = (variables: object) =>
    writeFile(join(folder, 'own/terraform.tfvars.json'), JSON.stringify(variables));

  it('is formatted, and applied outside of a clone', async () => {
    expect((await terraform('fmt', '-check', '-diff', '-recursive')).text).toBe('');
    expect((await terraform('init', '-input=false')).text).toContain('successfully initialized');
    const applied = await terraform('apply', '-input=false', '-auto-approve');
    expect({ text: applied.text, status: applied.status }).toMatchObject({ status: 0 });
    expect((await terraform('output', '-raw', 'build')).stdout).toBe(
      'deploy/build acme-ops europe-west1',
    );
  }, 120_000);

  it('passes each variable of the file on to the module', async () => {
    await set({
      project_id: 'acme-ops',
      region: 'europe-west1',
      worker_pool: POOL,
      memory: { mint: '2Gi' },
    });
    const planned = await terraform('plan', '-input=false');
    expect(planned.text).not.toContain('undeclared variable');
    expect(planned.text).toContain(`--worker-pool=${POOL}`);
    expect(planned.text).toContain('"2Gi"');
  }, 120_000);

  it('moves to another region without a change of accounts, topics, roles and buckets', async () => {
    await set({ project_id: 'acme-ops', region: 'europe-west1', bucket_location: 'EU' });
    const applied = await terraform('apply', '-input=false', '-auto-approve');
    expect({ text: applied.text, status: applied.status }).toMatchObject({ status: 0 });
    await set({ project_id: 'acme-ops', region: 'europe-west4', bucket_location: 'EU' });
    await terraform('plan', '-input=false', '-out=planned');
    const shown = Planned.parse(JSON.parse((await terraform('show', '-json', 'planned')).stdout));
    const changed = shown.resource_changes.filter(
      ({ change }) => change.actions.join() !== 'no-op',
    );
    expect(
      changed.filter(({ change }) => change.after?.location === 'europe-west4').length,
    ).toBeGreaterThan(3);
    expect([...new Set(changed.map(({ type }) => type))].sort()).toEqual([
      'google_artifact_registry_repository',
      'google_artifact_registry_repository_iam_member',
      'google_cloud_run_v2_service',
      'google_cloud_run_v2_service_iam_member',
      'google_cloud_scheduler_job',
    ]);
  }, 120_000);
});

const Planned = z.object({
  resource_changes: z.array(
    z.object({
      type: z.string(),
      change: z.object({
        actions: z.array(z.string()),
        after: z.record(z.string(), z.unknown()).nullable(),
      }),
    }),
  ),
});
