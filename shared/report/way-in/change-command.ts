import type { Change } from '../../domain/audit/ways-in/effects.ts';
import { commandLine, gcloudList } from '../../domain/basics/text/shell-line.ts';
import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import { undeleteAccount } from '../../domain/grants/fix.ts';
import type { Snapshot } from '../../domain/iam/snapshot.ts';
import { asciiJson } from './grant-command.ts';

/** The commands of a change. @param file a file for what a command reads, quoted */
export function changeCommands(change: Change, snapshot: Snapshot, file: string): string[] {
  switch (change.is) {
    case 'edit-role':
      return [
        commandLine('gcloud iam roles update', [
          ...roleAt(change.role),
          `--permissions=${gcloudList(change.permissions)}`,
          '--stage=GA',
          '--quiet',
          '--format=none',
        ]),
      ];
    case 'undelete-role':
      return [commandLine('gcloud iam roles undelete', [...roleAt(change.role), '--format=none'])];
    case 'enable-account':
      return [
        commandLine('gcloud iam service-accounts enable', [
          change.email,
          `--project=${change.projectId}`,
        ]),
      ];
    case 'undelete-account':
      return [undeleteAccount(change.uniqueId, change.projectId).gcloud];
    case 'delete-deny-policy':
      return [
        commandLine('gcloud iam policies delete', [
          ...denyPolicyAt(change.container, change.policy),
          '--quiet',
          '--format=none',
        ]),
      ];
    case 'except-from-deny-policy': {
      const rules = change.rules.map(({ condition, ...rule }) => ({
        denyRule: { ...rule, ...(condition && { denialCondition: condition }) },
      }));
      const command = commandLine('gcloud iam policies update', [
        ...denyPolicyAt(change.container, change.policy),
        '--quiet',
        '--format=none',
      ]);
      return [
        `printf '%s' ${shellArgument(asciiJson({ rules }))} > ${file}`,
        `${command} --policy-file=${file}`,
      ];
    }
    case 'bind-tag':
      return [
        commandLine('gcloud resource-manager tags bindings create', [
          `--tag-value=${change.value}`,
          `--parent=${taggedName(change.container, snapshot)}`,
          '--format=none',
        ]),
      ];
    case 'move': {
      const [kind, id = ''] = change.container.split('/');
      const command =
        kind === 'projects' ? 'gcloud beta projects' : 'gcloud resource-manager folders';
      return [
        `${commandLine(`${command} move`, [id])} --folder="$DESTINATION" --quiet --format=none`,
      ];
    }
  }
}

/** `projects/acme-ops/roles/minter` as gcloud's arguments. */
function roleAt(role: string): string[] {
  const [kind = '', id = '', , name = ''] = role.split('/');
  return [name, kind === 'projects' ? `--project=${id}` : `--organization=${id}`];
}

function denyPolicyAt(container: string, policy: string): string[] {
  return [
    policy.split('/').at(-1) ?? '',
    `--attachment-point=cloudresourcemanager.googleapis.com/${container}`,
    '--kind=denypolicies',
  ];
}

/** The full name of what gets a tag. @see https://cloud.google.com/iam/docs/full-resource-names */
const taggedName = (resource: string, { containers }: Snapshot): string =>
  resource.includes('/serviceAccounts/')
    ? `//iam.googleapis.com/${resource}`
    : `//cloudresourcemanager.googleapis.com/${containers.get(resource)?.number ?? resource}`;
