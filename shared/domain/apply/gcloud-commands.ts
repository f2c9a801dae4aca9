import { commandLine, gcloudList } from '../basics/text/shell-line.ts';
import { shellArgument } from '../basics/text/shell-quote.ts';
import type { Replication } from '../chain/replication.ts';
import { replicationBodyOf } from '../chain/replication.ts';
import { conditionFlag } from '../grants/condition-flag.ts';
import type { Step } from './step.ts';

const nameOf = (resource: string): { readonly id: string; readonly project: string } => {
  const [, owner = '', , id = ''] = resource.split('/');
  return { id, project: `--project=${owner}` };
};

/** The step as one gcloud command. In the order of the plan, these commands do the same as `apply`. */
export function commandOf(step: Step): string {
  const { id, project } = nameOf(step.resource);
  switch (step.do) {
    case 'create-role':
      return commandLine('gcloud iam roles create', [
        id,
        project,
        `--title=${step.title}`,
        `--description=${step.description}`,
        `--permissions=${step.permissions.join(',')}`,
        '--stage=GA',
      ]);
    case 'add-permissions':
      return commandLine('gcloud iam roles update', [
        id,
        project,
        `--add-permissions=${step.permissions.join(',')}`,
      ]);
    case 'create-secret':
      return createSecret(id, [project, labelsFlag('labels', step.labels)], step.replication);
    case 'label-secret':
      return commandLine('gcloud secrets update', [
        id,
        project,
        labelsFlag('update-labels', step.labels),
      ]);
    case 'add-member': {
      const group = step.resource.includes('/secrets/') ? 'secrets' : 'iam service-accounts';
      return commandLine(`gcloud ${group} add-iam-policy-binding`, [
        id,
        project,
        `--member=${step.member}`,
        `--role=${step.role}`,
        conditionFlag(step.condition),
      ]);
    }
  }
}

const labelsFlag = (flag: string, labels: Readonly<Record<string, string>>): string =>
  `--${flag}=${gcloudList(Object.entries(labels).map(([key, value]) => `${key}=${value}`))}`;

/** gcloud accepts one key for each location only in a file. `-` makes it read the file from standard input. */
function createSecret(id: string, flags: readonly string[], replication: Replication): string {
  const create = (...more: string[]) =>
    commandLine('gcloud secrets create', [id, ...flags, ...more]);
  if (replication.automatic) {
    const { kmsKey } = replication;
    const key = kmsKey === undefined ? [] : [`--kms-key-name=${kmsKey}`];
    return create('--replication-policy=automatic', ...key);
  }
  const { replicas } = replication;
  if (replicas.every(({ kmsKey }) => kmsKey === undefined)) {
    const locations = replicas.map(({ location }) => location).join(',');
    return create('--replication-policy=user-managed', `--locations=${locations}`);
  }
  const file = JSON.stringify(replicationBodyOf(replication));
  return `printf %s ${shellArgument(file)} | ${create('--replication-policy-file=-')}`;
}

export function enableApi(service: string, project: string | undefined): string {
  const flag = project === undefined ? [] : [`--project=${project}`];
  return commandLine('gcloud services enable', [service, ...flag]);
}

/** Works for seven days after the deletion. @see https://cloud.google.com/iam/docs/roles-overview#custom */
export const undeleteRole = (role: string): string => {
  const { id, project } = nameOf(role);
  return commandLine('gcloud iam roles undelete', [id, project]);
};

export const enableRole = (role: string): string => {
  const { id, project } = nameOf(role);
  return commandLine('gcloud iam roles update', [id, project, '--stage=GA']);
};
