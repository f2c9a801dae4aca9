import { deletePolicy } from '../../authorization/policy-store.ts';
import { ApiError } from '../../core/api-error.ts';
import { projectIdOf, withProjectNumber } from '../../core/projects.ts';
import type { Secret, SecretVersion } from '../../state/secret.ts';
import type { State } from '../../state/state.ts';

type Params = Readonly<Record<string, string>>;

/** `projects/P/secrets/S` by the project's ID, however the path writes the project. */
export const secretName = (state: State, { project = '', secret = '' }: Params): string =>
  `projects/${projectIdOf(state, project)}/secrets/${secret}`;

/** Puts on record what the secret is, and gives it to be changed. Each write begins with this. */
export function toChange(state: State, name: string): Secret {
  keepPast(state, name);
  return present(state, name) ?? notFound(state, name);
}

/** What a secret was goes on record before it is created, changed or deleted. */
export function keepPast(state: State, name: string): void {
  const secret = present(state, name);
  const { staleReadSeconds } = state.settings;
  if (staleReadSeconds === 0) {
    state.previousSecrets.delete(name);
    return;
  }
  const now = state.now().getTime();
  const kept = (state.previousSecrets.get(name) ?? []).filter(
    ({ until }) => until > now - staleReadSeconds * 1000,
  );
  const was = secret && { ...secret, versions: [...secret.versions] };
  state.previousSecrets.set(name, [...kept, { until: now, secret: was }]);
}

/** The secret as a strongly consistent read sees it. */
export const readNow = (state: State, name: string): Secret =>
  present(state, name) ?? notFound(state, name);

/** The secret as an eventually consistent read may see it. */
export const read = (state: State, name: string): Secret =>
  asOf(state, name, someTimeAgo(state)) ?? notFound(state, name);

/** The secrets of a project, newest first, as an eventually consistent read may see them. */
export function secretsIn(state: State, project: string): Secret[] {
  const time = someTimeAgo(state);
  const names = new Set([...state.secrets.keys(), ...state.previousSecrets.keys()]);
  const prefix = `projects/${projectIdOf(state, project)}/secrets/`;
  return [...names]
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => asOf(state, name, time) ?? [])
    .sort((a, b) => (ageKey(a) < ageKey(b) ? 1 : -1));
}

/** Orders secrets by their age; two of the same instant by their names. */
export const ageKey = ({ createTime, name }: Secret): string => `${createTime} ${name}`;

/** Only a number: `latest` and aliases are not taken where a version is changed. */
export function versionToChange(state: State, secret: Secret, version: string): SecretVersion {
  if (!/^\d+$/.test(version))
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Secret Version [${withProjectNumber(state, secret.name)}/versions/${version}] must be named by its number.`,
    );
  return numberedVersion(state, secret, version);
}

/**
 * By number, by `latest`, which is the newest in whatever state, or by alias.
 *
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
 */
export function versionOf(state: State, name: string, version: string): SecretVersion {
  if (/^\d+$/.test(version)) return numberedVersion(state, readNow(state, name), version);
  const secret = asOf(state, name, someTimeAgo(state));
  const newest = secret?.versions.at(-1);
  if (!secret || !newest)
    throw new ApiError(
      'NOT_FOUND',
      `Secret [${withProjectNumber(state, name)}] not found or has no versions.`,
    );
  if (version === 'latest') return newest;
  const aliased = secret.versionAliases[version];
  if (aliased === undefined)
    throw new ApiError(
      'NOT_FOUND',
      `Secret [${withProjectNumber(state, name)}] has no alias [${version}].`,
    );
  return numberedVersion(state, secret, String(aliased));
}

/** An etag is given only to say "as long as nobody has changed it". */
export function checkEtag(given: string | null | undefined, current: string): void {
  if (given && given !== current)
    throw new ApiError(
      'FAILED_PRECONDITION',
      `The provided etag [${given}] does not match the current etag [${current}].`,
    );
}

/** Never the same twice for one resource, though the clock may stand still. */
export function nextEtag(state: State, previous = '"0"'): string {
  const microseconds = state.now().getTime() * 1000;
  return `"${Math.max(microseconds, Number.parseInt(previous.slice(1), 16) + 1).toString(16)}"`;
}

/** Puts another version in place of one: what is on record shares the versions of what is, and none is ever written to. */
export function replaceVersion(secret: Secret, was: SecretVersion, is: SecretVersion): void {
  secret.versions[secret.versions.indexOf(was)] = is;
}

export function destroyed(
  state: State,
  { data: _, scheduledDestroyTime: __, ...version }: SecretVersion,
  at: Date,
): SecretVersion {
  const etag = nextEtag(state, version.etag);
  return { ...version, state: 'DESTROYED', destroyTime: at.toISOString(), etag };
}

/** Does what time has brought: an expired secret is gone, a version that was to be destroyed is. */
export function settle(state: State, secret: Secret): Secret | undefined {
  const now = state.now().getTime();
  if (secret.expireTime && Date.parse(secret.expireTime) <= now) {
    state.secrets.delete(secret.name);
    deletePolicy(state, secret.name);
    return undefined;
  }
  for (const version of secret.versions) {
    const due = version.scheduledDestroyTime && new Date(version.scheduledDestroyTime);
    if (due && due.getTime() <= now) {
      replaceVersion(secret, version, destroyed(state, version, due));
    }
  }
  return secret;
}

function present(state: State, name: string): Secret | undefined {
  const secret = state.secrets.get(name);
  return secret && settle(state, secret);
}

function someTimeAgo(state: State): number {
  const { staleReadSeconds } = state.settings;
  const age = staleReadSeconds > 0 ? state.random() * staleReadSeconds : 0;
  return state.now().getTime() - age * 1000;
}

function asOf(state: State, name: string, time: number): Secret | undefined {
  const past = state.previousSecrets.get(name)?.find(({ until }) => until > time);
  return past ? past.secret : present(state, name);
}

function numberedVersion(state: State, secret: Secret, number: string): SecretVersion {
  // Numbers count from 1 and none is ever missing.
  const version = secret.versions[Number(number) - 1];
  if (version) return version;
  throw new ApiError(
    'NOT_FOUND',
    `Secret Version [${withProjectNumber(state, secret.name)}/versions/${number}] not found.`,
  );
}

function notFound(state: State, name: string): never {
  throw new ApiError('NOT_FOUND', `Secret [${withProjectNumber(state, name)}] not found.`);
}
