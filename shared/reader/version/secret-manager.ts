import { ReaderError } from '../error.ts';
import { type Call, errorOf, type HttpResponse } from '../wire/http.ts';
import { crc32c } from './crc32c.ts';

/** The result of an access: the payload of an enabled version, `off` for a disabled or destroyed one, or `missing`. */
export type AccessResult =
  | { readonly state: 'enabled'; readonly version: number; readonly text: string }
  | { readonly state: 'off'; readonly version?: number }
  | { readonly state: 'missing' };

export type Access = (version: number | string) => Promise<AccessResult>;

/** The number of a version in Google's error: `… [projects/1/secrets/s/versions/7] is in DISABLED state.` */
const NUMBER = /\/versions\/(\d{1,15})\]/;

type ErrorBody = { readonly error?: { readonly status?: unknown; readonly message?: unknown } };
type Version = {
  readonly name?: unknown;
  readonly payload?: { readonly data?: unknown; readonly dataCrc32c?: unknown };
};

/**
 * Reads one version, by number, by `latest` or by alias. It uses the access quota: 90,000 a minute in a project.
 *
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
 */
export function accessOf(call: Call, secretUrl: string): Access {
  return async (version) => {
    const response = await call({ url: `${secretUrl}/versions/${version}:access` });
    if (response.status === 200) return enabled(response.body as Version | undefined);
    if (response.status === 404) return { state: 'missing' };
    const { status, message } = (response.body as ErrorBody | undefined)?.error ?? {};
    if (response.status === 400 && status === 'FAILED_PRECONDITION') {
      const number = NUMBER.exec(String(message))?.[1];
      return { state: 'off', ...(number !== undefined && { version: Number(number) }) };
    }
    if (response.status === 400) return { state: 'missing' }; // an alias that the secret does not have, in some answers
    throw errorOf('secrets.versions.access', response);
  };
}

function enabled(body: Version | undefined): AccessResult {
  const version = Number(/\/versions\/(\d+)$/.exec(String(body?.name))?.[1]);
  const { data, dataCrc32c } = body?.payload ?? {};
  const bytes = Buffer.from(typeof data === 'string' ? data : '', 'base64');
  if (!Number.isSafeInteger(version) || String(crc32c(bytes)) !== String(dataCrc32c)) {
    throw new ReaderError('payload-corrupted', 'the checksum does not match the payload');
  }
  return { state: 'enabled', version, text: bytes.toString() };
}

/** The ledger's facts about one version. */
export type LedgerEntry = { readonly expiresAt: Date; readonly targetId?: string };

/**
 * Reads the ledger's entry for a version from the secret's annotations. It uses the read quota: 600 a minute in a project.
 *
 * @returns undefined if the ledger does not name the version, or not yet: it is written after the version
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get
 */
export async function ledgerEntryOf(
  call: Call,
  secretUrl: string,
  version: number,
): Promise<LedgerEntry | undefined> {
  const response: HttpResponse = await call({ url: secretUrl });
  if (response.status !== 200) throw errorOf('secrets.get', response);
  const { annotations } = (response.body ?? {}) as {
    annotations?: Readonly<Record<string, unknown>>;
  };
  const expiresAt = new Date(String(annotations?.['hopmint-expires-at']));
  if (annotations?.['hopmint-current'] !== String(version)) return undefined;
  if (Number.isNaN(expiresAt.getTime())) return undefined;
  const targetId = annotations['hopmint-target-id'];
  const proven = annotations['hopmint-proof'] === 'proven';
  return { expiresAt, ...(proven && typeof targetId === 'string' && targetId && { targetId }) };
}
