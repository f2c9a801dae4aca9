import { existingGrantFor } from '../../domain/apply/existing-grants.ts';
import type { Inventory } from '../../domain/apply/inventory.ts';
import type { Wanted, WantedGrant } from '../../domain/apply/wanted.ts';
import type { ChainFile } from '../../domain/chain/chain.ts';
import { conditionFor } from '../../domain/grants/expiry.ts';
import type { Condition } from '../../domain/iam/policy.ts';
import { grantBlock, roleBlock, secretBlock } from './terraform-blocks.ts';

/**
 * Everything that a chain file needs, as Terraform, whether it exists or not: for teams that manage policies in Terraform. Each resource
 * adds one member; none is authoritative, so no other member is removed. Terraform ignores what `mint` writes on a secret.
 *
 * @see https://registry.terraform.io/providers/hashicorp/google/latest/docs
 */
export function planTerraform(
  file: ChainFile,
  wanted: Wanted,
  inventory: Inventory,
  now: Date,
): string {
  const label = labeller();
  const secrets = new Map(
    wanted.secrets.map((secret) => [
      secret.name,
      label('google_secret_manager_secret', secret.chain),
    ]),
  );
  const roles = new Map(
    wanted.roles.map((role) => [
      role.name,
      label(
        'google_project_iam_custom_role',
        role.name.replace('projects/', '').replace('/roles/', '_'),
      ),
    ]),
  );
  return [
    ...wanted.roles.map((role) => roleBlock(role, roles.get(role.name) ?? '')),
    ...wanted.secrets.map((secret) => secretBlock(secret, secrets.get(secret.name) ?? '')),
    ...wanted.grants.map((grant) =>
      grantBlock(grant, conditionOf(grant, file, inventory, now), { label, secrets, roles }),
    ),
  ].join('\n');
}

/** An existing grant keeps its end, so that Terraform changes nothing until the grant must be renewed. */
function conditionOf(
  grant: WantedGrant,
  file: ChainFile,
  inventory: Inventory,
  now: Date,
): Condition | undefined {
  if (!grant.isHop || file.grantForSeconds === undefined) return undefined;
  const existing = existingGrantFor(grant, file, inventory, now);
  const condition = existing.is === 'granted' && existing.binding.condition;
  return condition ? condition : conditionFor(file.grantForSeconds, now);
}

/** Makes labels that Terraform accepts, unique among the resources of a type. */
function labeller(): (type: string, name: string) => string {
  const taken = new Set<string>();
  return (type, name) => {
    const plain = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^(?=\d)|^$/, '_');
    let label = plain;
    for (let n = 2; taken.has(`${type}.${label}`); n++) label = `${plain}_${n}`;
    taken.add(`${type}.${label}`);
    return label;
  };
}
