import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesNamed, markdownOf, ROOT, textOf } from '../../docs/markdown.ts';
import { linesOf } from '../../docs/shell.ts';
import { environmentOf } from '../gcloud/gcloud.ts';
import { refusedByLinter } from '../gcloud/linter.ts';
import { type LocalProcess, openLocal } from '../local-process.ts';
import { openBindings } from '../terraform/bindings.ts';
import { openStandIns } from '../terraform/workspace.ts';
import { type Installation, installationIn } from './installation.ts';

const PAGE = markdownOf(textOf('docs/production.md'));
const COMMANDS = PAGE.blocks.flatMap(({ language, text }) =>
  language === 'sh' ? linesOf(text) : [],
);

/** What is not run: it would need a person or the registry. Every line that is here is on the page. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'gcloud auth login': 'opens a browser; here the shell has a token of the owner',
  'gcloud auth application-default login': 'opens a browser; as above',
  'npm ci': 'was run before this test could be',
  'gcloud run services proxy hopmint-audit --region="$REGION" --project="$PROJECT"':
    'stays in the foreground, in front of Cloud Run',
};

/** What is run, and fails: the local cloud does not speak that API. One that comes to be served fails the test, and goes from here. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  'gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project="$PROJECT"':
    'Service Usage: here every API is on',
  'gcloud beta monitoring channels create --display-name="On call" --type=email --channel-labels=email_address=oncall@acme.com --project="$PROJECT"':
    'Monitoring',
  'eval "$(terraform -chdir=installation output -raw build)"':
    'Cloud Build; that it is a build to gcloud, and deploys, cloudbuild.real.ts shows',
};

/** By design, and told on the page. */
const EXITS: Readonly<Record<string, number>> = {
  './hopmint plan -f "$CHAINS"': 1, // something is to do
};

const OWNER = 'user:owner@acme.com';
/** With what the page asks for, before it begins. */
const EMPTY = {
  organization: {
    id: '900000000001',
    policy: {
      bindings: [
        'roles/iam.organizationRoleAdmin',
        'roles/resourcemanager.organizationAdmin',
        'roles/logging.configWriter',
        'roles/iam.denyReviewer',
      ].map((role) => ({ role, members: [OWNER] })),
    },
  },
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'organizations/900000000001',
      policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] },
    },
  ],
  accounts: [],
};

type Ran = { readonly code: number; readonly out: string; readonly told: string };

let directory: string;
let local: LocalProcess;
let installation: Installation;
let standIns: Awaited<ReturnType<typeof openStandIns>>;
let bindings: Awaited<ReturnType<typeof openBindings>>;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-page-'));
  for (const path of filesNamed('*')) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await cp(join(ROOT, path), join(directory, path));
  }
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  for (const { file, text } of PAGE.blocks) {
    if (!file) continue;
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), `${text}\n`);
  }
  // Where state is kept is Google's; what keeps it there is not what is on trial.
  await writeFile(
    join(directory, 'installation/here_override.tf'),
    'terraform {\n  backend "local" {}\n}\n',
  );
  const world = join(directory, 'world.json');
  await writeFile(world, JSON.stringify(EMPTY));
  local = await openLocal(world);
  bindings = await openBindings();
  standIns = await openStandIns(bindings, join(directory, 'deploy/terraform'));
  const chains = await readFile(join(directory, 'installation/chains.yaml'), 'utf8');
  installation = installationIn(local.url, 'acme-ops', chains, 'europe-west1');
  env = {
    ...(await environmentOf(local.port, OWNER)),
    ...standIns.env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '-no-color',
    TF_CLI_ARGS_apply: '-auto-approve', // a person says yes
  };
}, 300_000);
afterAll(async () => {
  await installation?.close();
  await standIns?.close();
  await bindings?.close();
  await local?.close();
  await rm(directory, { recursive: true, force: true });
});

/** One line in a shell, which has the variables that the lines before it exported. */
function run(line: string): Promise<Ran> {
  const script = `[ -f "$KEPT" ] && . "$KEPT"\n${line}\ncode=$?\nexport -p > "$KEPT"\nexit $code\n`;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: directory, env: { ...env, KEPT: join(directory, 'variables') }, timeout: 120_000 },
      (error, stdout, stderr) =>
        resolve({
          code: error ? Number(error.code ?? -1) : 0,
          out: stdout,
          told: `${stdout}${stderr}`,
        }),
    );
  });
}

/** What Google does meanwhile. */
async function afterwards(line: string): Promise<void> {
  if (line === 'terraform -chdir=installation apply') await installation.provide();
  if (line.startsWith('eval "$(terraform')) await installation.deploy();
  if (line.startsWith('gcloud scheduler jobs run hopmint-tick')) await installation.rotated();
}

describe('docs/production.md', () => {
  it('is run from its first command to its last, as far as the local cloud serves them', async () => {
    const told = new Map<string, string>();
    for (const line of COMMANDS.filter((line) => !(line in NOT_RUN))) {
      const ran = await run(line);
      const isRight = line in NOT_SERVED ? ran.code !== 0 : ran.code === (EXITS[line] ?? 0);
      if (!isRight) throw new Error(`${line}\nexited with ${ran.code}:\n${ran.told}`);
      told.set(line, ran.told);
      await afterwards(line);
    }
    expect(told.get('./hopmint status -f "$CHAINS"')).toMatch(/^fresh +first/m);
    expect(told.get('./hopmint plan -f "$CHAINS"')).toContain('projects/acme-ops/secrets/first');
    expect(told.get('gcloud secrets versions list first --project="$PROJECT"')).toMatch(
      /^1 .*enabled/m,
    );
    expect((await run('./hopmint plan -f "$CHAINS"')).code).toBe(0);
  }, 600_000);

  it('has every line that is said not to be run here', () => {
    const named = [...Object.keys(NOT_RUN), ...Object.keys(NOT_SERVED), ...Object.keys(EXITS)];
    expect(named.filter((line) => !COMMANDS.includes(line))).toEqual([]);
  });

  it('builds with a command that gcloud’s linter takes', async () => {
    const { out } = await run('terraform -chdir=installation output -raw build');
    expect(out).toContain('gcloud builds submit');
    expect(await refusedByLinter([out], directory)).toEqual(new Map());
  });
});
