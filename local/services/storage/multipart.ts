import { z } from 'zod';
import { StorageError } from './status.ts';

const Metadata = z.looseObject({
  name: z.string().optional(),
  contentType: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * A `multipart/related` body of two parts: the object's metadata as JSON, and its bytes.
 *
 * gcloud ends its lines with a line feed alone, and puts the boundary in single quotes.
 *
 * @see https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export function multipartOf(
  type: string,
  raw: Buffer,
): { metadata: z.infer<typeof Metadata>; contentType: string; data: Buffer } {
  const boundary = /boundary=["']?([^"';]+)/.exec(type)?.[1];
  if (!boundary) throw malformed();
  const [, first, second] = split(raw, Buffer.from(`--${boundary}`));
  if (!first || !second) throw malformed();
  const lineBreak = first.indexOf('\r\n') === 0 ? '\r\n' : '\n';
  const [head, data] = partOf(second, lineBreak);
  const contentType = /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1] ?? 'application/octet-stream';
  return { metadata: metadataOf(partOf(first, lineBreak)[1]), contentType, data };
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

/** Headers and body, without the line break that belongs to the boundary after it. */
function partOf(part: Buffer, lineBreak: string): [headers: string, body: Buffer] {
  const end = part.indexOf(lineBreak + lineBreak);
  if (end < 0) throw malformed();
  const body = part.subarray(end + 2 * lineBreak.length, -lineBreak.length);
  return [part.subarray(0, end).toString(), body];
}

function metadataOf(body: Buffer): z.infer<typeof Metadata> {
  try {
    return Metadata.parse(JSON.parse(body.toString()));
  } catch {
    throw malformed();
  }
}

const malformed = () => new StorageError(400, 'invalid', 'Malformed multipart body.');
