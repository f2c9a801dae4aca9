import {
  type ApiResponse,
  type Caller,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';

export const BUCKET = '/storage/v1/b/acme-chains';
export const OBJECTS = `${BUCKET}/o`;
export const UPLOAD = '/upload/storage/v1/b/acme-chains/o';

export type StorageCloud = {
  cloud: ProjectCloud;
  owner: Caller;
  upload: (name: string, text: string, query?: string) => Promise<ApiResponse>;
  /** Reads the bytes of an object. */
  read: (name: string, query?: string) => Promise<ApiResponse>;
};

/** A cloud with one bucket, `acme-chains`. @param fields more fields of the bucket */
export async function openStorageCloud(fields: object = {}): Promise<StorageCloud> {
  const cloud = await openProjectCloud();
  const owner = cloud.as('owner');
  cloud.grant(`projects/${PROJECT}`, 'roles/storage.admin', 'owner');
  await owner('POST', `/storage/v1/b?project=${PROJECT}`, { name: 'acme-chains', ...fields });
  return {
    cloud,
    owner,
    upload: (name, text, query = '') =>
      owner('POST', `${UPLOAD}?uploadType=media&name=${encodeURIComponent(name)}${query}`, text, {
        'content-type': 'text/yaml',
      }),
    read: (name, query = '') =>
      owner('GET', `${OBJECTS}/${encodeURIComponent(name)}?alt=media${query}`),
  };
}

export const namesOf = ({ body }: ApiResponse) =>
  ((body.items ?? []) as { name: string }[]).map(({ name }) => name);

/** A body for `uploadType=multipart` with the boundary `xyz`. */
export const multipartBody = (
  resource: object,
  {
    contentType,
    text,
    lineBreak = '\r\n',
  }: Record<'contentType' | 'text', string> & {
    lineBreak?: string;
  },
): string =>
  [
    '--xyz',
    'Content-Type: application/json; charset=UTF-8',
    '',
    JSON.stringify(resource),
    '--xyz',
    `Content-Type: ${contentType}`,
    '',
    text,
    '--xyz--',
  ].join(lineBreak);
