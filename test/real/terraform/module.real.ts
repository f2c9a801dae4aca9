import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bindings, openBindings } from './bindings.ts';
import { terraform } from './terraform.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const MODULE = `${DEPLOY}/terraform`;

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

const init = async (workspace: Workspace): Promise<Workspace> => {
  expect(await workspace.run('init', '-input=false')).toMatchObject({ status: 0 });
  return workspace;
};

describe('deploy/terraform', () => {
  it('is written as terraform fmt writes it', async () => {
    expect(await terraform(MODULE, ['fmt', '-check', '-diff', '-recursive'])).toEqual({
      status: 0,
      told: '',
      output: '',
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

describe.each([['examples/basic']])('deploy/terraform/%s', (folder) => {
  it('is valid, is made, has nothing to change then, and is unmade', async () => {
    const workspace = await openWorkspace(
      bindings,
      {},
      { from: DEPLOY, at: `terraform/${folder}` },
    );
    const { run } = await init(workspace);
    expect(await run('validate')).toMatchObject({ status: 0 });
    expect(await run('apply', '-input=false', '-auto-approve')).toMatchObject({ status: 0 });
    expect(await run('plan', '-input=false', '-detailed-exitcode')).toMatchObject({ status: 0 });
    expect(await run('destroy', '-input=false', '-auto-approve')).toMatchObject({ status: 0 });
    expect(JSON.parse((await run('show', '-json')).output).values).toBeUndefined();
    await workspace.close();
  });
});

/** The root of somebody who uses the module with these arguments. */
const rootWith = (args: string): string =>
  `module "hopmint" {
  source     = "./terraform"
  project_id = "acme-ops"
  region     = "europe-west1"
  ${args}
}
`;

describe('deploy/terraform, used by others', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace(bindings, { 'main.tf': rootWith('') }, { from: DEPLOY });
    await init(workspace);
  });
  afterAll(() => workspace?.close());
  const planned = async (args: string) => {
    await workspace.write('main.tf', rootWith(args));
    return workspace.run('plan', '-input=false');
  };

  const uses: [what: string, args: string][] = [
    ['with nothing but a project and a region', ''],
    [
      'without an organization, for several projects',
      'account_projects = ["acme-data"]\nsecret_projects = ["acme-vault", "acme-ops"]',
    ],
    ['with a caller that is there', 'caller = "minter@acme-ops.iam.gserviceaccount.com"'],
    ['with a chain file that Terraform uploads', 'chain_file = "roles.json"'],
    ['with alerts off, and nothing logged', 'alerts_off = ["no-tick"]\ndata_access_logs = false'],
    ['with more memory for one of the functions', 'memory = { mint = "1Gi" }'],
    [
      'with a page for people',
      'page = {\n  domain  = "hopmint.acme.com"\n  viewers = ["group:oncall@acme.com"]\n}',
    ],
  ];
  it.each(uses)('can be planned %s', async (_what, args) => {
    const { status, told } = await planned(args);
    expect({ status, told }).toEqual({
      status: 0,
      told: expect.stringMatching(/Plan: \d+ to add, 0 to change, 0 to destroy/),
    });
  });

  const misuses: [what: string, args: string, told: string][] = [
    [
      'an organization by its resource name',
      'organization_id = "organizations/9"',
      "Write the organization's number",
    ],
    [
      'a caller of another project',
      'caller = "minter@acme-data.iam.gserviceaccount.com"',
      'Write an account of acme-ops',
    ],
    [
      'a page that everybody may open',
      'page = {\n  domain  = "hopmint.acme.com"\n  viewers = ["allUsers"]\n}',
      'never allUsers',
    ],
    [
      'the address of a page in place of its domain',
      'page = {\n  domain  = "https://hopmint.acme.com"\n  viewers = []\n}',
      'without https://',
    ],
    ['an alert that there is not', 'alerts_off = ["no-ticks"]', 'Write names of alerts'],
    ['a chain file that is not there', 'chain_file = "none.yaml"', 'There is no such file'],
    ['a size without its unit', 'memory = { mint = "512" }', 'Write sizes as 512Mi or 1Gi.'],
    ['a channel by its number', 'notification_channels = ["123"]', 'Write names as projects/'],
    [
      'an argument that it does not have',
      'projekt = "acme-ops"',
      'An argument named "projekt" is not expected here.',
    ],
  ];
  it.each(misuses)('is refused with %s', async (_what, args, told) => {
    const { status, told: said } = await planned(args);
    expect(said.replace(/\s+/g, ' ')).toContain(told);
    expect(status).toBe(1);
  });
});
