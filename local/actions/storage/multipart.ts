import { z } from 'zod';
import { StorageStatus } from '../../storage-status.ts';

const Metadata = z.looseObject({
  name: z.string().optional(),
  contentType: z.string().optional(),
});

const END_OF_HEADERS = '\r\n\r\n';

/**
 * A `multipart/related` body of two parts: the object's metadata as JSON, and its bytes.
 *
 * @see https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export function multipartOf(
  type: string,
  raw: Buffer,
): { metadata: z.infer<typeof Metadata>; contentType: string; data: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (!boundary) throw malformed();
  const [, first, second] = split(raw, Buffer.from(`--${boundary}`));
  if (!first || !second) throw malformed();
  const [head, data] = [headersOf(second), bodyOf(second)];
  const contentType = /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1] ?? 'application/octet-stream';
  return { metadata: metadataOf(bodyOf(first)), contentType, data };
}

function split(raw: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = raw.indexOf(delimiter); at >= 0; at = raw.indexOf(delimiter, from)) {
    parts.push(raw.subarray(from, at));
    from = at + delimiter.length;
  }
  return parts;
}

const headersOf = (part: Buffer): string =>
  part.subarray(0, part.indexOf(END_OF_HEADERS)).toString();

/** Without the line break that belongs to the boundary after it. */
const bodyOf = (part: Buffer): Buffer =>
  part.subarray(part.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length, -2);

function metadataOf(body: Buffer): z.infer<typeof Metadata> {
  try {
    return Metadata.parse(JSON.parse(body.toString()));
  } catch {
    throw malformed();
  }
}

const malformed = () => new StorageStatus(400, 'invalid', 'Malformed multipart body.');
