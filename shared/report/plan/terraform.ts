import { grantedBy } from '../../domain/apply/existing-grants.ts';
import type { Inventory } from '../../domain/apply/inventory.ts';
import type { Wanted, WantedGrant, WantedRole, WantedSecret } from '../../domain/apply/wanted.ts';
import { terraformString } from '../../domain/basics/shell-quote.ts';
import type { ChainFile } from '../../domain/chain/chain.ts';
import { AUTOMATIC, type Replication } from '../../domain/chain/replication.ts';
import { LABEL } from '../../domain/chain/secret.ts';
import { conditionFor } from '../../domain/grants/expiry.ts';
import type { Condition } from '../../domain/iam/policy.ts';

/**
 * All that a chain file wants as Terraform, whether it is there or not: for teams whose policies live there. Members are added one by one
 * and no resource is authoritative for others'. What `mint` writes on a secret is left to it.
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

/** The end of a grant that stands stays what it is, so that Terraform has nothing to change until it is to be renewed. */
function conditionOf(
  grant: WantedGrant,
  file: ChainFile,
  inventory: Inventory,
  now: Date,
): Condition | undefined {
  if (!grant.isHop || file.grantForSeconds === undefined) return undefined;
  const standing = grantedBy(grant, file, inventory, now);
  const stands = standing.is === 'granted' && standing.by.condition;
  return stands ? stands : conditionFor(file.grantForSeconds, now);
}

/** Names of Terraform's, each once among those of its type. */
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

type Line = readonly [name: string, value: string];

/** Arguments one under the other, their signs aligned as `terraform fmt` has them. */
function args(lines: readonly Line[], indent: string): string[] {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${indent}${name.padEnd(width)} = ${value}`);
}

const block = (type: string, label: string, lines: readonly string[]): string =>
  [`resource "${type}" "${label}" {`, ...lines, '}', ''].join('\n');

function roleBlock({ name, title, description, permissions }: WantedRole, label: string): string {
  const [, project = '', , id = ''] = name.split('/');
  return block('google_project_iam_custom_role', label, [
    ...args(
      [
        ['project', terraformString(project)],
        ['role_id', terraformString(id)],
        ['title', terraformString(title)],
        ['description', terraformString(description)],
      ],
      '  ',
    ),
    '  permissions = [',
    ...permissions.map((permission) => `    ${terraformString(permission)},`),
    '  ]',
  ]);
}

function secretBlock({ name, replication = AUTOMATIC }: WantedSecret, label: string): string {
  const [, project = '', , id = ''] = name.split('/');
  return block('google_secret_manager_secret', label, [
    ...args(
      [
        ['project', terraformString(project)],
        ['secret_id', terraformString(id)],
      ],
      '  ',
    ),
    '  labels = {',
    `    ${LABEL.key} = ${terraformString(LABEL.value)}`,
    '  }',
    '  replication {',
    ...replicationLines(replication).map((line) => `    ${line}`),
    '  }',
    '  lifecycle {',
    '    ignore_changes = [annotations, version_aliases] # the ledger, which mint writes',
    '  }',
  ]);
}

function replicationLines(replication: Replication): string[] {
  const encryption = (kmsKey: string) => [
    'customer_managed_encryption {',
    `  kms_key_name = ${terraformString(kmsKey)}`,
    '}',
  ];
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  if (replication.automatic) {
    const { kmsKey } = replication;
    return kmsKey === undefined ? ['auto {}'] : ['auto {', ...indented(encryption(kmsKey)), '}'];
  }
  const replicas = replication.replicas.flatMap(({ location, kmsKey }) => [
    'replicas {',
    `  location = ${terraformString(location)}`,
    ...(kmsKey === undefined ? [] : indented(encryption(kmsKey))),
    '}',
  ]);
  return ['user_managed {', ...indented(replicas), '}'];
}

function grantBlock(
  { resource, role, member }: WantedGrant,
  condition: Condition | undefined,
  known: {
    readonly label: (type: string, name: string) => string;
    readonly secrets: ReadonlyMap<string, string>;
    readonly roles: ReadonlyMap<string, string>;
  },
): string {
  const secret = known.secrets.get(resource);
  const custom = known.roles.get(role);
  const type =
    secret === undefined
      ? 'google_service_account_iam_member'
      : 'google_secret_manager_secret_iam_member';
  const who = /^[^:]*:([^@]*)/.exec(member)?.[1] ?? member;
  const label = known.label(
    type,
    `${who}_on_${secret ?? resource.split('/').at(-1)?.split('@')[0]}`,
  );
  return block(type, label, [
    ...args(
      [
        secret === undefined
          ? ['service_account_id', terraformString(resource)]
          : ['secret_id', `google_secret_manager_secret.${secret}.id`],
        [
          'role',
          custom === undefined
            ? terraformString(role)
            : `google_project_iam_custom_role.${custom}.name`,
        ],
        ['member', terraformString(member)],
      ],
      '  ',
    ),
    ...(condition
      ? [
          '  condition {',
          ...args(
            [
              ['title', terraformString(condition.title ?? '')],
              ...(condition.description
                ? [['description', terraformString(condition.description)] as const]
                : []),
              ['expression', terraformString(condition.expression)],
            ],
            '    ',
          ),
          '  }',
        ]
      : []),
  ]);
}
