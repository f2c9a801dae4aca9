import type { CredentialSpec } from '../chain.ts';
import {
  audiencesIn,
  hasUnreadableAddress,
  isGoogleApi,
  isReadable,
  isService,
} from './audience.ts';
import { hasJwsHeader, textsIn, unescaped } from './blob.ts';
import { OWN_CLAIMS, type Place, REFUSED_FORMS, type RefusedForm } from './refused-forms.ts';

/** The parts of a definition that decide what is signed. */
export type Signed =
  | {
      readonly kind: 'signed-jwt';
      readonly claims: Readonly<Record<string, unknown>>;
      readonly allowTokenExchange: boolean;
    }
  | {
      readonly kind: 'signed-blob';
      readonly payload: string;
      readonly allowTokenExchange: boolean;
    };

/** A refused form in a definition. `path` leads to it inside the credential. */
export type Refusal = {
  readonly form: RefusedForm;
  readonly path: readonly (string | number)[];
  /** The audience as it is written. */
  readonly audience?: string;
};

/** Each claim `aud`. Some readers of JSON ignore the case of a name. */
const audClaims = (claims: Readonly<Record<string, unknown>>) =>
  Object.entries(claims)
    .filter(([name]) => name.toLowerCase() === 'aud')
    .map(([name, value]) => ({ path: ['claims', name], value }));

/** Each text of an `aud` that we can read, at its path inside the credential. */
export const audiencesOf = (
  claims: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly path: readonly (string | number)[] }[] =>
  audClaims(claims).flatMap(({ path, value }) => {
    if (!isReadable(value)) return [];
    return typeof value === 'string'
      ? [{ text: value, path }]
      : value.map((text, i) => ({ text, path: [...path, i] }));
  });

/** An API of Google that takes the JWT as a bearer token, and is not refused. */
export const isOtherGoogleApi = (audience: string): boolean =>
  !REFUSED_FORMS.some(({ place }) => isAudience(place, audience)) &&
  audiencesIn(audience).some(isGoogleApi);

/** Why a claim cannot be set; undefined if it can. Some readers of JSON ignore the case of a name. */
export function ownClaim(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(OWN_CLAIMS, lower) ? OWN_CLAIMS[lower] : undefined;
}

/**
 * Why a signature over this would be a credential of another kind. Empty if it would not be one, and if the chain allows that it is.
 *
 * The chain file is checked with it, and `mint` checks every definition again before it signs: the published file may have been edited.
 */
export function refusalsOf(credential: Signed | CredentialSpec): Refusal[] {
  if (credential.kind !== 'signed-jwt' && credential.kind !== 'signed-blob') return [];
  if (credential.allowTokenExchange) return [];
  return credential.kind === 'signed-jwt'
    ? refusedClaims(credential.claims)
    : refusedBytes(Buffer.from(credential.payload, 'base64'));
}

function refusedClaims(claims: Readonly<Record<string, unknown>>): Refusal[] {
  const names = new Map(Object.keys(claims).map((name) => [name.toLowerCase(), name]));
  const byName = REFUSED_FORMS.flatMap((form): Refusal[] => {
    if (form.place.in !== 'claims' || !form.place.names.every((name) => names.has(name))) return [];
    return [{ form, path: ['claims', names.get(form.place.names[0] ?? '') ?? ''] }];
  });
  const byAudience = audiencesOf(claims).flatMap(({ text, path }): Refusal[] => {
    const form = REFUSED_FORMS.find(({ place }) => isAudience(place, text));
    return form ? [{ form, path, audience: text }] : [];
  });
  const unreadable = audClaims(claims).flatMap(({ path, value }): Refusal[] => {
    const form = REFUSED_FORMS.find(({ place }) => place.in === 'aud');
    return form && !isReadable(value) ? [{ form, path }] : [];
  });
  return [...byName, ...byAudience, ...unreadable];
}

function refusedBytes(bytes: Uint8Array): Refusal[] {
  const texts = textsIn(bytes);
  const form = REFUSED_FORMS.find(({ place }) => texts.some((text) => isBlob(place, text)));
  return form ? [{ form, path: ['payload'] }] : [];
}

function isAudience(place: Place, text: string): boolean {
  if (place.in !== 'audience') return false;
  if ('unreadable' in place) return hasUnreadableAddress(text);
  return audiencesIn(text).some(({ host, path }) =>
    'service' in place
      ? isService(host, place.service)
      : place.host.test(host) && place.path.test(path),
  );
}

function isBlob(place: Place, text: string): boolean {
  if (place.in !== 'blob') return false;
  return 'text' in place ? place.text.test(unescaped(text)) : hasJwsHeader(text);
}
