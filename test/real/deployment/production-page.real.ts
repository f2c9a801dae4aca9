import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesNamed, markdownOf, ROOT, textOf } from '../../docs/markdown.ts';
import { linesOf } from '../../docs/shell.ts';
import { environmentOf } from '../gcloud/gcloud.ts';
import { type LocalProcess, openLocal } from '../local-process.ts';
import { openBindings } from '../terraform/provider/bindings.ts';
import { openStandIns } from '../terraform/workspace.ts';
import { type Installation, installationIn } from './installation.ts';

const commandsOf = (page: string): string[] =>
  markdownOf(textOf(`docs/deployment/${page}.md`)).blocks.flatMap(({ language, text }) =>
    language === 'sh' ? linesOf(text) : [],
  );
const INSTALLING = commandsOf('production');
const COMMANDS = [...INSTALLING, ...commandsOf('operating')];

/** The commands that the test does not run, with the reason: they need a person or the package registry. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'gcloud auth login': 'opens a browser; the shell of the test has a token of the owner',
  'gcloud auth application-default login --project="$PROJECT"': 'opens a browser, as above',
  'npm ci': 'ran before this test',
  'npm run pin': 'asks the registries of the images: pin-images.test.ts tests it',
  'gcloud run services proxy hopmint-audit --region="$REGION" --project="$PROJECT"':
    'stays in the foreground, in front of Cloud Run',
};

/** The commands that must fail, because the local cloud does not serve their API. Remove a command from here when it does. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  'eval "$(terraform -chdir=installation output -raw build)"':
    'Cloud Build: build-command.real.ts tests the command',
};

/** The commands that exit with another code than 0. The page says so. */
const EXITS: Readonly<Record<string, number>> = {
  // The stand-in for the provider grants Google's agents nothing. The test runs the commands that doctor prints.
  './hopmint doctor -f installation': 1,
};

const OWNER = 'user:owner@acme.com';
/** The world at the start of the page: the organization and the project that it asks for. */
const START = {
  organization: {
    id: '900000000001',
    policy: {
      bindings: [
        'roles/iam.organizationRoleAdmin',
        'roles/resourcemanager.organizationAdmin',
        'roles/logging.configWriter',
        'roles/iam.denyReviewer',
        'roles/privilegedaccessmanager.viewer',
      ].map((role) => ({ role, members: [OWNER] })),
    },
  },
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'organizations/900000000001',
      policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] },
      // New organizations have this policy.
      orgPolicies: { 'iam.disableServiceAccountKeyCreation': { enforce: true } },
    },
  ],
  accounts: [],
};

type ShellRun = {
  readonly code: number;
  readonly stdout: string;
  /** Standard output, then standard error. */
  readonly text: string;
};

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
  await mkdir(join(directory, 'installation'));
  // The page keeps Terraform's state in a bucket. The stand-in provider cannot create that bucket, so the test keeps the state on disk.
  await writeFile(
    join(directory, 'installation/here_override.tf'),
    'terraform {\n  backend "local" {}\n}\n',
  );
  const world = join(directory, 'world.json');
  await writeFile(world, JSON.stringify(START));
  local = await openLocal(world);
  bindings = await openBindings();
  standIns = await openStandIns(bindings, join(directory, 'deploy/terraform'));
  env = {
    ...(await environmentOf(local.port, OWNER)),
    ...standIns.env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '-no-color',
    TF_CLI_ARGS_apply: '-auto-approve', // on the page a person answers yes
  };
}, 300_000);
afterAll(async () => {
  await installation?.close();
  await standIns?.close();
  await bindings?.close();
  await local?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs one line in a shell. The shell has the variables that the lines before it exported. */
function run(line: string): Promise<ShellRun> {
  const script = `[ -f "$EXPORTS" ] && . "$EXPORTS"\n${line}\ncode=$?\nexport -p > "$EXPORTS"\nexit $code\n`;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: directory, env: { ...env, EXPORTS: join(directory, 'variables') }, timeout: 120_000 },
      (error, stdout, stderr) =>
        resolve({
          code: error ? Number(error.code ?? -1) : 0,
          stdout,
          text: `${stdout}${stderr}`,
        }),
    );
  });
}

/** Does in the local cloud what Google does because of the command. */
async function actAfter(line: string): Promise<void> {
  if (line === 'terraform -chdir=installation apply') {
    const chains = await readFile(join(directory, 'installation/chains.yaml'), 'utf8');
    installation = installationIn(local.url, 'acme-ops', chains, 'europe-west1');
    await installation.apply();
    await createTarget();
  }
  if (line.startsWith('eval "$(terraform')) await installation.deploy();
  if (line.startsWith('gcloud scheduler jobs run hopmint-tick')) await installation.rotated();
}

/** The account of first-target.tf, which the stand-in for the provider does not create. */
async function createTarget(): Promise<void> {
  const ran = await run('gcloud iam service-accounts create first-target --project="$PROJECT"');
  if (ran.code !== 0) throw new Error(ran.text);
}

describe('docs/deployment/production.md and operating.md', () => {
  it('works from its first command to its last, as far as the local cloud serves them', async () => {
    const printed = new Map<string, string>();
    for (const line of COMMANDS.filter((line) => !(line in NOT_RUN))) {
      const { code, text } = await run(line);
      const isExpected = line in NOT_SERVED ? code !== 0 : code === (EXITS[line] ?? 0);
      if (!isExpected) throw new Error(`${line}\nexited with ${code}:\n${text}`);
      printed.set(line, text);
      await actAfter(line);
    }
    const fixes =
      printed.get('./hopmint doctor -f installation')?.match(/(?<=fix: )gcloud .*/g) ?? [];
    // One of each kind is enough here. The subscriptions that are left need the same grant.
    const kinds = new Map(fixes.map((fix) => [fix.split(' add-iam')[0], fix]));
    expect(kinds.size).toBeGreaterThan(2);
    for (const fix of kinds.values()) expect(await run(fix)).toMatchObject({ code: 0 });
    const { text } = await run('./hopmint doctor -f installation');
    const failed = [...text.matchAll(/^failed +(\S+)/gm)].map(([, id]) => id);
    expect(failed).toEqual(['agent-dead-letters']);
    expect(printed.get('./hopmint status -f "$CHAINS"')).toMatch(/^fresh +first/m);
    expect(printed.get('gcloud secrets versions list first --project="$PROJECT"')).toMatch(
      /^1 .*enabled/m,
    );
    expect((await run('./hopmint plan -f "$CHAINS"')).code).toBe(0);
  }, 600_000);

  it('needs half of the commands and edits of the first version of the page', () => {
    expect(INSTALLING.length).toBeLessThanOrEqual(14);
    // It had 28 commands, and 13 names of the user in two files. Now the names are in one command.
    const names =
      INSTALLING.join('\n').match(/acme-ops|europe-west1|900000000001|\S+@acme\.com/g) ?? [];
    expect(names.length).toBeLessThanOrEqual(6);
    expect(
      markdownOf(textOf('docs/deployment/production.md')).blocks.every(({ file }) => !file),
    ).toBe(true);
  });

  it('contains every command that this test treats in a special way', () => {
    const named = [...Object.keys(NOT_RUN), ...Object.keys(NOT_SERVED), ...Object.keys(EXITS)];
    expect(named.filter((line) => !COMMANDS.includes(line))).toEqual([]);
  });

  it('builds with the script of the checkout, for its project and region', async () => {
    const { stdout } = await run('terraform -chdir=installation output -raw build');
    expect(stdout).toBe('deploy/build acme-ops europe-west1');
  });
});
