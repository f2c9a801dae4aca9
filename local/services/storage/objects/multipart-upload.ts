import { z } from 'zod';
import { StorageError } from '../storage-error.ts';

const Resource = z.looseObject({
  name: z.string().optional(),
  contentType: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * Parses a `multipart/related` body of two parts: the object's resource as JSON, and its bytes.
 *
 * gcloud ends lines with a line feed only, and puts the boundary in single quotes.
 *
 * @param type the content type of the request
 * @see https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export function parseMultipart(
  type: string,
  rawBody: Buffer,
): { resource: z.infer<typeof Resource>; contentType: string; data: Buffer } {
  const boundary = /boundary=["']?([^"';]+)/.exec(type)?.[1];
  if (!boundary) throw malformed();
  const [, first, second] = split(rawBody, Buffer.from(`--${boundary}`));
  if (!first || !second) throw malformed();
  const lineBreak = first.indexOf('\r\n') === 0 ? '\r\n' : '\n';
  const [head, data] = parsePart(second, lineBreak);
  const contentType = /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1] ?? 'application/octet-stream';
  return { resource: parseResource(parsePart(first, lineBreak)[1]), contentType, data };
}

function split(body: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let end = body.indexOf(delimiter); end >= 0; end = body.indexOf(delimiter, start)) {
    parts.push(body.subarray(start, end));
    start = end + delimiter.length;
  }
  return parts;
}

/** The line break at the end of a part belongs to the next boundary, not to the body. */
function parsePart(part: Buffer, lineBreak: string): [headers: string, body: Buffer] {
  const end = part.indexOf(lineBreak + lineBreak);
  if (end < 0) throw malformed();
  const body = part.subarray(end + 2 * lineBreak.length, -lineBreak.length);
  return [part.subarray(0, end).toString(), body];
}

function parseResource(body: Buffer): z.infer<typeof Resource> {
  try {
    return Resource.parse(JSON.parse(body.toString()));
  } catch {
    throw malformed();
  }
}

const malformed = () => new StorageError(400, 'invalid', 'Malformed multipart body.');
