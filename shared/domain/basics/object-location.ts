/** An object of Cloud Storage: `gs://bucket/name`. */
export type ObjectLocation = { readonly bucket: string; readonly name: string };

export function parseObjectLocation(text: string): ObjectLocation | undefined {
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.+)$/.exec(text) ?? [];
  return bucket !== undefined && name !== undefined ? { bucket, name } : undefined;
}
