import { formatDuration } from '../../basics/duration.ts';
import { quoted } from '../../basics/printable.ts';
import { error, hint, type Path, type Remark, warning } from '../../yaml/fault.ts';
import type { CredentialSource } from '../schema/credential.ts';
import { exchangeOf, isTokenEndpoint } from './token-exchange.ts';

/** A lifetime and the place where it is written. */
export type Lifetime = { readonly seconds: number; readonly path: Path };

const HOUR = 3600;
const ALLOW = 'or write allowTokenExchange: true, which the audit will report';

const SET_BY_US: Readonly<Record<string, string>> = {
  iss: 'iss is always the target: leave it out',
  iat: 'iat is the time of minting: leave it out',
  exp: 'exp follows from the lifetime: leave it out, and write lifetime: 1h next to the claims',
};

const TRADED: Readonly<Record<string, string>> = {
  sub: 'sub is the target. With another sub, the holder of the JWT could act as a Workspace user: leave it out',
  scope: 'a JWT with a scope can be exchanged for an access token: mint an access-token instead',
  target_audience:
    'a JWT with a target_audience can be exchanged for an ID token: mint an id-token instead',
};

const audienceRemark = (audience: unknown, path: Path): Remark[] =>
  typeof audience === 'string' && isTokenEndpoint(audience)
    ? [
        error(
          path,
          `${quoted(audience)} is a token endpoint, which exchanges the JWT for an access token: mint an access-token instead, ${ALLOW}`,
        ),
      ]
    : [];

function remarksOnAudience(audience: unknown, path: Path, allowed: boolean): Remark[] {
  const list = Array.isArray(audience) ? (audience as unknown[]) : undefined;
  if (!(list ?? [audience]).every((one) => typeof one === 'string')) {
    return [
      error(
        path,
        'aud must be a text or a list of texts: write aud: https://firestore.googleapis.com/',
      ),
    ];
  }
  if (allowed) return [];
  return list
    ? list.flatMap((one, i) => audienceRemark(one, [...path, i]))
    : audienceRemark(audience, path);
}

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

function remarksOnClaims(
  claims: Readonly<Record<string, unknown>>,
  path: Path,
  allowed: boolean,
): Remark[] {
  return Object.entries(claims).flatMap(([name, value]): Remark[] => {
    const at = [...path, name];
    const ours = Object.hasOwn(SET_BY_US, name) ? SET_BY_US[name] : undefined;
    if (ours) return [{ ...error(at, ours), onKey: true }];
    const traded = Object.hasOwn(TRADED, name) && !allowed ? TRADED[name] : undefined;
    if (traded) return [{ ...error(at, `${traded}, ${ALLOW}`), onKey: true }];
    return [
      ...(name === 'aud' ? remarksOnAudience(value, at, allowed) : []),
      ...remarksOnNumbers(value, at),
    ];
  });
}

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
      return [];
    case 'signed-jwt': {
      const onClaims = remarksOnClaims(
        credential.claims,
        [...at, 'claims'],
        credential.allowTokenExchange,
      );
      if (!long) return onClaims;
      const message = `signed JWTs of ${formatDuration(long.seconds)} are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT`;
      return [...onClaims, warning(long.path, message)];
    }
    case 'signed-blob': {
      const exchange = credential.allowTokenExchange
        ? undefined
        : exchangeOf(Buffer.from(credential.payload, 'base64'));
      if (!exchange) return [];
      return [error([...at, 'payload'], `this is ${exchange}: sign other bytes, ${ALLOW}`)];
    }
  }
}
