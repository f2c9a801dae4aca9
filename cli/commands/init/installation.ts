import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import { shellArgument } from '../../../shared/domain/basics/text/shell-quote.ts';
import { chainFileJsonSchema } from '../../../shared/domain/chain-file/schema/chain-file.ts';
import { parseVariables, VARIABLES_FILE, type Variables } from '../../operator/variables.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { rootModule, variablesOf } from './root-module.ts';

/** The Terraform module of this clone, and the files that it reads. */
const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const MODULE = ['terraform', 'roles.json', 'log-sink.json', 'mint-sink.json'];

export type InstallationFlags = {
  readonly project?: string;
  readonly region?: string;
  readonly organization?: string;
  readonly alerts?: readonly string[];
  readonly administrator?: readonly string[];
};

/** An installation is set by its variables, and its files can be made again from them. */
export const isInstallation = ({ project, region }: InstallationFlags): boolean =>
  project !== undefined || region !== undefined;

/**
 * Writes the files of an installation: Terraform with a copy of its module, the shell's variables, and a first chain file. It keeps every file
 * that a person edits, and writes the others again.
 *
 * @param folder the folder, which may not exist yet
 */
export async function initInstallation(
  folder: string,
  flags: InstallationFlags,
  io: Io,
): Promise<Exit> {
  const variables = await variablesIn(folder, flags);
  if (!variables.ok) {
    io.err(`${variables.error}\n`);
    return 2;
  }
  const { project_id: project } = variables.value;
  for (const part of MODULE) {
    await cp(join(DEPLOY, part), join(folder, 'hopmint', part), {
      recursive: true,
      filter: (path) => !/\/(examples|\.terraform|README\.md)/.test(path.slice(DEPLOY.length - 1)),
    });
  }
  const module = await variablesOf(join(folder, 'hopmint/terraform'));
  const made: Record<string, string> = {
    'main.tf': rootModule(module, './hopmint/terraform', `${project}-terraform`),
    'variables.sh': shellVariables(variables.value),
    'chains.schema.json': `${JSON.stringify(chainFileJsonSchema(), null, 2)}\n`,
  };
  for (const [name, text] of Object.entries(made)) await writeFile(join(folder, name), text);
  const kept = {
    'chains.yaml': firstChain(variables.value, flags.administrator ?? [], io.now()),
    'first-target.tf': FIRST_TARGET,
    '.gitignore': '.terraform/\n',
  };
  for (const [name, text] of Object.entries(kept)) await writeNew(join(folder, name), text);
  io.err(
    `wrote ${folder}: ${VARIABLES_FILE} has the variables, chains.yaml the chains. Keep this folder in a repository of your own\n`,
  );
  return 0;
}

/** The variables of the folder, or of the flags in a new folder. */
async function variablesIn(
  folder: string,
  { project, region, organization, alerts }: InstallationFlags,
): Promise<Result<Variables, string>> {
  const path = join(folder, VARIABLES_FILE);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined) {
    if (project !== undefined || region !== undefined) {
      return err(`${path} exists: change it there, and leave out --project and --region`);
    }
    return parseVariables(path, before);
  }
  const text = `${JSON.stringify(
    {
      project_id: project,
      region,
      ...(organization !== undefined && { organization_id: organization }),
      ...(alerts && { alerts_to: { critical: alerts } }),
    },
    null,
    2,
  )}\n`;
  const parsed = parseVariables(path, text);
  if (!parsed.ok) return parsed;
  await mkdir(folder, { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
  return ok(parsed.value);
}

async function writeNew(path: string, text: string): Promise<void> {
  const exists = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (!exists) await writeFile(path, text);
}

/** For the commands of the documentation. */
function shellVariables(variables: Variables): string {
  const {
    project_id: project,
    region,
    bucket_location: location,
    kms_keys: keys,
    kms_key,
  } = variables;
  const bucketKey = keys?.buckets ?? kms_key ?? '';
  return `# Made by \`./hopmint init\` from ${VARIABLES_FILE}. The commands of the documentation use these variables.
export PROJECT=${shellArgument(project)} REGION=${shellArgument(region)}
export CHAINS=${shellArgument(`gs://${project}-hopmint-chains/chains.jsonl`)}
export BUCKET_LOCATION=${shellArgument(location ?? region)} BUCKET_KEY=${bucketKey === '' ? '' : shellArgument(bucketKey)}
`;
}

/** The target of the first chain has no role. */
const FIRST_TARGET = `# The target of the first chain. It has no role. Delete this file when you have chains of your own.
resource "google_service_account" "first_target" {
  project      = var.project_id
  account_id   = "first-target"
  display_name = "Target of Hopmint's first chain"
  depends_on   = [module.hopmint]
}
`;

function firstChain(variables: Variables, administrators: readonly string[], now: Date): string {
  const { project_id: project, organization_id: organization, caller } = variables;
  const on = organization ? `organizations/${organization}` : `projects/${project}`;
  const reviewed = administrators.map(
    (member) =>
      `  - { member: ${JSON.stringify(member)}, on: ${on}, reviewed: ${now.toISOString().slice(0, 10)} }\n`,
  );
  return `# yaml-language-server: $schema=./chains.schema.json
caller: ${caller ?? `hopmint-minter@${project}.iam.gserviceaccount.com`}
publishTo: gs://${project}-hopmint-chains/chains.jsonl
${replicationOf(variables)}${reviewed.length === 0 ? '' : `# Who may change policies above the chains.\nadministrators:\n${reviewed.join('')}`}chains:
  - name: first
    target: first-target@${project}.iam.gserviceaccount.com
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/monitoring.write] }
    secret: projects/${project}/secrets/first
`;
}

/** The same rules as in deploy/terraform/keys.tf. */
function replicationOf({ region, secret_locations, kms_key, kms_keys }: Variables): string {
  const given = secret_locations ?? [];
  const locations = given.length === 0 && kms_key ? [region] : given;
  if (locations.length === 0) return '';
  const own = kms_keys?.secrets ?? [];
  const keys = own.length === 0 && kms_key ? locations.map(() => kms_key) : own;
  const key = keys.length === 0 ? '' : `, kmsKeys: ${JSON.stringify(keys)}`;
  return `defaults:\n  replication: { locations: ${JSON.stringify(locations)}${key} }\n`;
}
