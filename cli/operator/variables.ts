import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';

/** The variables of an installation. Terraform reads this file too, and `init` makes the shell's variables of it. */
export const VARIABLES_FILE = 'terraform.tfvars.json';

export const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
export const REGION = /^[a-z]+-[a-z]+[0-9]+$/;

/** The variables that the command line uses. Terraform checks them all. */
const VariablesSource = z.looseObject({
  project_id: z
    .string('write "project_id", the ID of the project')
    .regex(PROJECT, 'project_id: write the ID of a project, as acme-ops'),
  region: z
    .string('write "region", as europe-west1')
    .regex(REGION, 'region: write a region, as europe-west1'),
  organization_id: z
    .string('organization_id: write a number in quotation marks')
    .regex(/^\d+$/, 'organization_id: write the number of the organization, without organizations/')
    .nullish(),
  caller: z.string('caller: write an email').nullish(),
  bucket_location: z.string('bucket_location: write a location').nullish(),
  secret_locations: z.array(z.string(), 'secret_locations: write a list').nullish(),
  kms_key: z.string('kms_key: write the name of a key').nullish(),
  kms_keys: z
    .looseObject({
      buckets: z.string().nullish(),
      topics: z.string().nullish(),
      images: z.string().nullish(),
      services: z.string().nullish(),
      secrets: z.array(z.string()).nullish(),
    })
    .nullish(),
  ingress: z
    .looseObject({ functions: z.string().nullish(), audit: z.string().nullish() })
    .nullish(),
  worker_pool: z.string('worker_pool: write the name of a pool').nullish(),
  data_access_logs: z.boolean('data_access_logs: write true or false').nullish(),
});
export type Variables = z.output<typeof VariablesSource>;

/** @returns all faults of the file, one line each */
export function parseVariables(path: string, text: string): Result<Variables, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(`${path}: this is not JSON`);
  }
  const parsed = VariablesSource.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  return err(parsed.error.issues.map(({ message }) => `${path}: ${message}`).join('\n'));
}

/**
 * Reads the variables of the installation to which a chain file or a folder belongs.
 *
 * @param source the value of `--file`
 * @returns undefined without such a file, for example for a published chain file
 */
export async function readVariables(
  source: string,
): Promise<Result<Variables | undefined, string>> {
  if (source.startsWith('gs://')) return ok(undefined);
  const isFolder = await stat(source).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  const path = join(isFolder ? source : dirname(source), VARIABLES_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? ok(undefined) : parseVariables(path, text);
}
