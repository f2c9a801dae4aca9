import type { Attributes } from '../../iam/condition/translate.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';

/**
 * What a condition can read of the resource when IAM checks a permission that opens an asset. Google lists the types of resources that have
 * attributes. Accounts, folders and organizations are not among them, and the name of a project, of a version or of a regional secret is not
 * documented. What has no value here is unknown.
 *
 * @see https://cloud.google.com/iam/docs/conditions-resource-attributes
 */
export function attributesFor(
  permission: string,
  asset: Asset,
  { containers }: Pick<Snapshot, 'containers'>,
): Attributes {
  const of = (service: string, type?: string, name?: string): Attributes => ({
    'resource.service': `${service}.googleapis.com`,
    ...(type !== undefined && { 'resource.type': `${service}.googleapis.com/${type}` }),
    ...(name !== undefined && { 'resource.name': name }),
  });
  if (permission === 'resourcemanager.projects.setIamPolicy') {
    return of('cloudresourcemanager', 'Project');
  }
  if (asset.is === 'secret') {
    const [, project, id] = /^(projects\/[^/]+)\/secrets\/([^/]+)$/.exec(asset.name) ?? [];
    const number = containers.get(project ?? '')?.number;
    if (permission.startsWith('secretmanager.secrets.')) {
      return of('secretmanager', 'Secret', number && id && `${number}/secrets/${id}`);
    }
    // A new version is added to the secret. Google does not document whose attributes count.
    if (permission === 'secretmanager.versions.add') return of('secretmanager');
    if (permission.startsWith('secretmanager.versions.')) {
      return of('secretmanager', 'SecretVersion');
    }
  }
  if (asset.is === 'chain-file') {
    const [, object] = /^gs:\/\/[^/]+\/(.+)$/s.exec(asset.name) ?? [];
    if (permission.startsWith('storage.objects.')) {
      return of('storage', 'Object', `${asset.resource}/objects/${object}`);
    }
    if (permission.startsWith('storage.buckets.')) return of('storage', 'Bucket', asset.resource);
  }
  return {};
}

/** Does a condition read the resource at all? */
export const READS_RESOURCE = /\bresource\s*\.\s*(?:name|type|service)\b/;
