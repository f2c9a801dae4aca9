import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Variable = {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
};

/** The variables that a Terraform module declares, in the order of its files. */
export async function variablesOf(module: string): Promise<Variable[]> {
  const names = (await readdir(module)).filter((name) => name.endsWith('.tf')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(module, name), 'utf8')));
  return [...texts.join('\n').matchAll(/^variable "(\w+)" \{\n(.*?)^\}/gms)].map(
    ([, name = '', body = '']) => ({
      name,
      description: /^ {2}description *= (".*")$/m.exec(body)?.[1] ?? '""',
      isRequired: !/^ {2}default *=/m.test(body),
    }),
  );
}

/**
 * The root module of an installation. It passes each variable on, so that one file sets all of them.
 *
 * @param source the module's folder, as the root module writes it
 * @param bucket the bucket of Terraform's state
 */
export function rootModule(variables: readonly Variable[], source: string, bucket: string): string {
  const width = Math.max(...variables.map(({ name }) => name.length));
  const provider = (name: string) => `provider "${name}" {
  project = var.project_id
  region  = var.region
  # Calls count against this project, and need its APIs only.
  user_project_override = true
  billing_project       = var.project_id
}`;
  return `# Made by \`./hopmint init\`, which writes it again for another version. Set variables in terraform.tfvars.json, and add files of your own next to this one.

terraform {
  backend "gcs" {
    bucket = "${bucket}"
    prefix = "hopmint"
  }
}

${provider('google')}

${provider('google-beta')}

module "hopmint" {
  source = "${source}"

${variables.map(({ name }) => `  ${name.padEnd(width)} = var.${name}`).join('\n')}
}

output "build" {
  value = module.hopmint.build
}

output "page" {
  value = module.hopmint.page
}

output "accounts" {
  value = module.hopmint.accounts
}

output "key_users" {
  value = module.hopmint.key_users
}

${variables
  .map(({ name, description, isRequired }) =>
    [
      `variable "${name}" {`,
      `  description = ${description}`,
      ...(isRequired ? [] : ['  default     = null']),
      '}',
      '',
    ].join('\n'),
  )
  .join('\n')}`;
}
