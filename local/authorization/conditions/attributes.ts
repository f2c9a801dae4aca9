import { withProjectNumber } from '../../core/projects.ts';
import type { State } from '../../state/state.ts';
import type { ConditionAttributes } from './condition.ts';

const TYPES: Readonly<Record<string, readonly [service: string, type: string]>> = {
  projects: ['cloudresourcemanager.googleapis.com', 'Project'],
  folders: ['cloudresourcemanager.googleapis.com', 'Folder'],
  organizations: ['cloudresourcemanager.googleapis.com', 'Organization'],
  serviceAccounts: ['iam.googleapis.com', 'ServiceAccount'],
  secrets: ['secretmanager.googleapis.com', 'Secret'],
  versions: ['secretmanager.googleapis.com', 'SecretVersion'],
  topics: ['pubsub.googleapis.com', 'Topic'],
  subscriptions: ['pubsub.googleapis.com', 'Subscription'],
  buckets: ['storage.googleapis.com', 'Bucket'],
  objects: ['storage.googleapis.com', 'Object'],
};

/** @see https://cloud.google.com/iam/docs/conditions-resource-attributes */
export function attributesOf(state: State, resource: string): ConditionAttributes['resource'] {
  const parts = resource.split('/');
  const collection = parts[0] === 'buckets' ? parts[parts.length > 2 ? 2 : 0] : parts.at(-2);
  const [service = '', type = ''] = TYPES[collection ?? ''] ?? [];
  return { name: nameInConditions(state, resource, service), type: `${service}/${type}`, service };
}

function nameInConditions(state: State, resource: string, service: string): string {
  if (service === 'secretmanager.googleapis.com') return withProjectNumber(state, resource);
  if (service === 'storage.googleapis.com') return `projects/_/${resource}`;
  return resource;
}
