import type { WantedGrant, WantedRole, WantedSecret } from '../../domain/apply/wanted.ts';
import { terraformString } from '../../domain/basics/text/shell-quote.ts';
import { AUTOMATIC, type Replication } from '../../domain/chain/replication.ts';
import { LABEL } from '../../domain/chain/secret.ts';
import type { Condition } from '../../domain/iam/policy.ts';

type Line = readonly [name: string, value: string];

/** One argument on each line, with aligned equals signs as `terraform fmt` writes them. */
function args(lines: readonly Line[], indent: string): string[] {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${indent}${name.padEnd(width)} = ${value}`);
}

const block = (type: string, label: string, lines: readonly string[]): string =>
  [`resource "${type}" "${label}" {`, ...lines, '}', ''].join('\n');

export function roleBlock(
  { name, title, description, permissions }: WantedRole,
  label: string,
): string {
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

export function secretBlock(
  { name, replication = AUTOMATIC }: WantedSecret,
  label: string,
): string {
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

export function grantBlock(
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
