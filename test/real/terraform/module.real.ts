import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bindings, openBindings } from './provider/bindings.ts';
import { runTerraform } from './run-terraform.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const MODULE = `${DEPLOY}/terraform`;

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

const succeed = async ({ run }: Workspace, ...args: string[]): Promise<string> => {
  const { status, stdout, text } = await run(...args);
  if (status !== 0) throw new Error(`terraform ${args.join(' ')}: ${text}`);
  return stdout;
};

describe('deploy/terraform', () => {
  it('is formatted as terraform fmt formats it', async () => {
    expect(await runTerraform(MODULE, ['fmt', '-check', '-diff', '-recursive'])).toEqual({
      status: 0,
      stdout: '',
      text: '',
    });
  });

  it('uses every variable that it declares', async () => {
    const names = (await readdir(MODULE)).filter((name) => name.endsWith('.tf'));
    const texts = await Promise.all(names.map((name) => readFile(`${MODULE}/${name}`, 'utf8')));
    const text = texts.join('\n');
    const declared = [...text.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name);
    const others = text.replace(/^variable ".*?^\}/gms, '');
    expect(declared.filter((name) => !others.includes(`var.${name}`))).toEqual([]);
    expect(declared.length).toBeGreaterThan(0);
  });
});

describe('deploy/terraform/examples/basic', () => {
  it('is valid, is applied, has nothing more to apply, and is destroyed', async () => {
    const options = { from: DEPLOY, at: 'terraform/examples/basic' };
    const workspace = await openWorkspace(bindings, {}, options);
    try {
      await succeed(workspace, 'init', '-input=false');
      await succeed(workspace, 'validate');
      await succeed(workspace, 'apply', '-input=false', '-auto-approve');
      await succeed(workspace, 'plan', '-input=false', '-detailed-exitcode');
      await succeed(workspace, 'destroy', '-input=false', '-auto-approve');
      expect(JSON.parse(await succeed(workspace, 'show', '-json')).values).toBeUndefined();
    } finally {
      await workspace.close();
    }
  });
});

/** A root module that uses ours with these arguments. */
const rootWith = (args: string): string =>
  `module "hopmint" {
  source     = "./terraform"
  project_id = "acme-ops"
  region     = "europe-west1"
  ${args}
}
`;

describe('deploy/terraform, used by another module,', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace(bindings, { 'main.tf': rootWith('') }, { from: DEPLOY });
    await succeed(workspace, 'init', '-input=false');
  });
  afterAll(() => workspace?.close());
  const plan = async (args: string) => {
    await workspace.write('main.tf', rootWith(args));
    return workspace.run('plan', '-input=false');
  };

  it.each([
    { situation: 'with a project and a region, and no other argument', args: '' },
    {
      situation: 'without an organization, for several projects',
      args: 'account_projects = ["acme-data"]\nsecret_projects = ["acme-vault", "acme-ops"]',
    },
    {
      situation: 'with an existing caller',
      args: 'caller = "minter@acme-ops.iam.gserviceaccount.com"',
    },
    {
      situation: 'with two publishers',
      args: 'publishers = ["group:platform@acme.com", "serviceAccount:pipeline@acme-ops.iam.gserviceaccount.com"]',
    },
    {
      situation: 'with an alert off and without Data Access logs',
      args: 'alerts_off = ["no-tick"]\ndata_access_logs = false',
    },
    {
      situation: 'with mints compared with the chains, in two projects',
      args: 'compare_mints = true\naccount_projects = ["acme-data"]',
    },
    {
      situation: 'with more memory for one of the functions',
      args: 'memory = { mint = "1Gi" }',
    },
    {
      situation: 'with a page for people',
      args: 'page = {\n  domain  = "hopmint.acme.com"\n  viewers = ["group:oncall@acme.com"]\n}',
    },
  ])('can be planned $situation', async ({ args }) => {
    const { status, text } = await plan(args);
    expect({ status, text }).toEqual({
      status: 0,
      text: expect.stringMatching(/Plan: \d+ to add, 0 to change, 0 to destroy/),
    });
  });

  it.each([
    { value: true, parts: 1 },
    { value: false, parts: 0 },
  ])('has topic, grant and variable of hopmint-rotated together: $value', async (row) => {
    const { value, parts } = row;
    await workspace.write('main.tf', rootWith(`rotated_messages = ${value}`));
    const { stdout } = await workspace.run('plan', '-input=false', '-no-color');
    const count = (pattern: RegExp) => stdout.match(pattern)?.length ?? 0;
    expect({
      topics: count(/google_pubsub_topic\.topics\["rotated"\] will be created/g),
      grants: count(/google_pubsub_topic_iam_member\.publishers\["rotated"\] will be created/g),
      variables: count(/"HOPMINT_ROTATED"/g),
    }).toEqual({ topics: parts, grants: parts, variables: parts });
  });

  it.each([
    { value: true, parts: 1 },
    { value: false, parts: 0 },
  ])('has topic, subscription and sink of the log of mints together: $value', async (row) => {
    const { value, parts } = row;
    await workspace.write('main.tf', rootWith(`compare_mints = ${value}`));
    const { stdout } = await workspace.run('plan', '-input=false', '-no-color');
    const count = (pattern: RegExp) => stdout.match(pattern)?.length ?? 0;
    expect({
      topics: count(/google_pubsub_topic\.topics\["minted"\] will be created/g),
      pushes: count(/google_pubsub_subscription\.push\["minted"\] will be created/g),
      sinks: count(/google_logging_project_sink\.minted\["acme-ops"\] will be created/g),
      grants: count(/google_pubsub_topic_iam_member\.minted\["acme-ops"\] will be created/g),
    }).toEqual({ topics: parts, pushes: parts, sinks: parts, grants: parts });
  });

  it.each([
    {
      mistake: 'an organization by its resource name',
      args: 'organization_id = "organizations/9"',
      message: "Write the organization's number",
    },
    {
      mistake: 'a caller of another project',
      args: 'caller = "minter@acme-data.iam.gserviceaccount.com"',
      message: 'Write an account of acme-ops',
    },
    {
      mistake: 'a page that everybody may open',
      args: 'page = {\n  domain  = "hopmint.acme.com"\n  viewers = ["allUsers"]\n}',
      message: 'never allUsers',
    },
    {
      mistake: 'the address of a page in place of its domain',
      args: 'page = {\n  domain  = "https://hopmint.acme.com"\n  viewers = []\n}',
      message: 'without https://',
    },
    {
      mistake: 'an alert that does not exist',
      args: 'alerts_off = ["no-ticks"]',
      message: 'Write names of alerts',
    },
    {
      mistake: 'a publisher that is everyone',
      args: 'publishers = ["allAuthenticatedUsers"]',
      message: 'never allUsers, allAuthenticatedUsers or a domain',
    },
    {
      mistake: 'a size without its unit',
      args: 'memory = { mint = "512" }',
      message: 'Write sizes as 512Mi or 1Gi.',
    },
    {
      mistake: 'a channel by its number',
      args: 'alerts_to = { critical = ["123"] }',
      message: 'Write email addresses, or channels as projects/',
    },
    {
      mistake: 'a key by its short name',
      args: 'kms_key = "hopmint"',
      message: 'Write the name of a key, as projects/',
    },
    {
      mistake: 'fewer keys for secrets than locations',
      args: `secret_locations = ["europe-west1", "europe-west4"]\nkms_keys = { secrets = ["${'projects/k/locations/europe-west1/keyRings/r/cryptoKeys/k'}"] }`,
      message: 'Write one key in kms_keys.secrets for each of secret_locations.',
    },
    {
      mistake: 'an ingress that Cloud Run does not have',
      args: 'ingress = { audit = "private" }',
      message: 'Write all, internal or internal-and-cloud-load-balancing',
    },
    {
      mistake: 'a worker pool by its short name',
      args: 'worker_pool = "private"',
      message: 'Write the name of a pool, as projects/',
    },
    {
      mistake: 'a role that is not ours',
      args: 'roles = { hopmintMinter = "organizations/9/roles/hopmintMinter" }',
      message: 'Write names of deploy/roles.json',
    },
    {
      mistake: 'a connector and a subnetwork',
      args: 'vpc = { connector = "c", subnetwork = "s" }',
      message: 'Write either vpc.connector',
    },
    {
      mistake: 'the email of a log sink without its prefix',
      args: 'log_sink = { writer_identity = "sink@gcp-sa-logging.iam.gserviceaccount.com" }',
      message: 'Write log_sink.writer_identity as serviceAccount:EMAIL',
    },
    {
      mistake: 'a goal in per cent',
      args: 'slo_goal = 99.5',
      message: 'Write a share below 1',
    },
    {
      mistake: 'an argument that the module does not have',
      args: 'projekt = "acme-ops"',
      message: 'An argument named "projekt" is not expected here.',
    },
  ])('is refused with $mistake', async ({ args, message }) => {
    const { status, text } = await plan(args);
    expect(text.replace(/\s+/g, ' ')).toContain(message);
    expect(status).toBe(1);
  });
});
