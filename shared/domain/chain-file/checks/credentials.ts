import { formatDuration } from '../../basics/duration.ts';
import { quoted } from '../../basics/text/printable.ts';
import { isReadable, isTexts } from '../../chain/signing/audience.ts';
import {
  audiencesOf,
  isOtherGoogleApi,
  ownClaim,
  refusalsOf,
  type Signed,
} from '../../chain/signing/refusals.ts';
import { error, hint, type Path, type Remark, warning } from '../../yaml/fault.ts';
import type { CredentialSource } from '../schema/credential.ts';

/** A lifetime and the place where it is written. */
export type Lifetime = { readonly seconds: number; readonly path: Path };

const HOUR = 3600;
const ALLOW = 'or write allowTokenExchange: true, which the audit will report';

/** An OAuth client, as Identity-Aware Proxy has it. */
const IAP_CLIENT = /\.apps\.googleusercontent\.com$/;

function remarksOnAudience(name: string, value: unknown, path: Path): Remark[] {
  if (name.toLowerCase() !== 'aud') return [];
  const write = 'write aud: https://firestore.googleapis.com/';
  if (!isTexts(value)) return [error(path, `aud must be a text or a list of texts: ${write}`)];
  return isReadable(value) ? [] : [error(path, `aud is over 2 KiB: ${write}`)];
}

const remarksOnGoogleApis = (claims: Readonly<Record<string, unknown>>, at: Path): Remark[] =>
  audiencesOf(claims)
    .filter(({ text }) => isOtherGoogleApi(text))
    .map(({ text, path }) =>
      hint(
        [...at, ...path],
        `${quoted(text)} is an API of Google, which takes this JWT as a bearer token: its holder can call the API as the target, without the limits of a scope. Mint an access-token with a scope if the API has one`,
      ),
    );

/** A signature that is a credential of another kind. `remarksOnAudience` reports an `aud` that cannot be read. */
const remarksOnSignature = (credential: Signed, at: Path): Remark[] =>
  refusalsOf(credential)
    .filter(({ form }) => form.place.in !== 'aud')
    .map(({ form: { what, why, instead }, path, audience }) => {
      const subject = audience === undefined ? 'this' : quoted(audience);
      const message = `${subject} is ${what}, and ${why}: ${instead}, ${ALLOW}`;
      return {
        ...error([...at, ...path], message),
        onKey: audience === undefined && path.length > 1,
      };
    });

/** Refuses numbers such as `.inf`, which YAML has and JSON does not. */
function remarksOnNumbers(value: unknown, path: Path): Remark[] {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return [error(path, 'JSON cannot express this number: write it as a text in quotes')];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap((one: unknown, i) => remarksOnNumbers(one, [...path, i]))
    : Object.entries(value).flatMap(([key, one]) => remarksOnNumbers(one, [...path, key]));
}

const remarksOnClaims = (claims: Readonly<Record<string, unknown>>, path: Path): Remark[] =>
  Object.entries(claims).flatMap(([name, value]): Remark[] => {
    const at = [...path, name];
    const ours = ownClaim(name);
    if (ours !== undefined) return [{ ...error(at, ours), onKey: true }];
    return [...remarksOnAudience(name, value, at), ...remarksOnNumbers(value, at)];
  });

/** Checks what the schema of a credential cannot check. */
export function remarksOnCredential(
  credential: CredentialSource,
  lifetime: Lifetime | undefined,
  at: Path,
): Remark[] {
  const long = lifetime !== undefined && lifetime.seconds > HOUR ? lifetime : undefined;
  switch (credential.kind) {
    case 'access-token':
      if (!long) return [];
      return [
        hint(
          long.path,
          `access tokens over 1h need the target in the allowed values of constraints/iam.allowServiceAccountCredentialLifetimeExtension: check that it is there, or write lifetime: 1h`,
        ),
      ];
    case 'id-token':
      if (!IAP_CLIENT.test(credential.audience) || credential.includeEmail) return [];
      return [
        hint(
          [...at, 'audience'],
          'Identity-Aware Proxy accepts an ID token only with the email: write includeEmail: true',
        ),
      ];
    case 'signed-jwt': {
      const remarks = [
        ...remarksOnClaims(credential.claims, [...at, 'claims']),
        ...remarksOnSignature(credential, at),
        ...remarksOnGoogleApis(credential.claims, at),
      ];
      if (!long) return remarks;
      const message = `signed JWTs of ${formatDuration(long.seconds)} are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT`;
      return [...remarks, warning(long.path, message)];
    }
    case 'signed-blob':
      return remarksOnSignature(credential, at);
  }
}
