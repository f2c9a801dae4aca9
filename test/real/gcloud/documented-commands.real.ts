import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalCloud } from '../../../local/cloud.ts';
import {
  enableApi,
  enableRole,
  undeleteRole,
} from '../../../shared/domain/apply/gcloud-commands.ts';
import {
  gcloudIn,
  gcloudInFiles,
  gcloudInMarkdown,
  gcloudInTerraform,
  gcloudInYaml,
} from '../../docs/gcloud-commands.ts';
import { auditOf, NOW, WORLD } from '../../functions/audit/alerts/drifts.ts';
import { CLI } from '../local-process.ts';
import { refusedByLinter } from './linter.ts';

const run = promisify(execFile);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-lint-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The fixes of an audit that finds every kind of drift. */
async function printedByAudit(): Promise<string[]> {
  const local = await startLocalCloud({ seed: WORLD, now: () => NOW });
  try {
    return (await auditOf(local)).findings.flatMap(({ fix }) => (fix ? gcloudIn(fix.gcloud) : []));
  } finally {
    await local.close();
  }
}

async function printedByExplain(): Promise<string[]> {
  const args = ['explain', '-f', 'examples/chains.yaml'];
  const { stdout } = await run(process.execPath, [CLI, ...args]);
  return gcloudIn(
    stdout
      .split('\n')
      .filter((line) => line.includes(' gcloud '))
      .join('\n'),
  );
}

describe('gcloud’s linter', () => {
  it('accepts every gcloud command in every file', async () => {
    const found = gcloudInFiles();
    expect(found.length).toBeGreaterThan(20);
    const refused = await refusedByLinter(
      found.map(({ command }) => command),
      directory,
    );
    expect(
      found.flatMap(({ in: file, command }) =>
        refused.has(command) ? [`${file}: ${command}: ${refused.get(command)}`] : [],
      ),
    ).toEqual([]);
  });

  // plan-commands.real.ts runs what `plan --format gcloud` prints.
  it('accepts every command that audit and explain print, and that plan prints for an obstacle', async () => {
    const role = 'projects/acme-ops/roles/hopmintMinter';
    const obstacles = [
      enableApi('iam.googleapis.com', 'acme-ops'),
      undeleteRole(role),
      enableRole(role),
    ];
    const [fixes, grants] = await Promise.all([printedByAudit(), printedByExplain()]);
    expect(fixes.length).toBeGreaterThan(14);
    expect(grants.length).toBeGreaterThan(10);
    const refused = await refusedByLinter([...obstacles, ...fixes, ...grants], directory);
    expect(Object.fromEntries(refused)).toEqual({});
  });

  it('refuses a wrong command in Markdown, YAML and Terraform', async () => {
    const page = 'Run `gcloud secrets lisst`.\n\n```sh\nx=$(gcloud secrets list --limits=1)\n```\n';
    const build =
      '# gcloud secrets create\nsteps: [{ entrypoint: gcloud, args: [run, deplooy, x] }]\n';
    const terraform = 'description = "gcloud storage bucket ls"\n';
    const wrong = [
      ...gcloudInMarkdown(page),
      ...gcloudInYaml(build),
      ...gcloudInTerraform(terraform),
    ];
    expect(wrong).toHaveLength(5);
    const refused = await refusedByLinter([...wrong, 'gcloud secrets list'], directory);
    expect([...refused.keys()].toSorted()).toEqual(wrong.toSorted());
  });
});
