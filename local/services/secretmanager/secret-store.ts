import { deletePolicy } from '../../authorization/policy-store.ts';
import { ApiError } from '../../core/api-error.ts';
import { projectIdOf, withProjectNumber } from '../../core/projects.ts';
import type { Secret } from '../../state/secret.ts';
import type { State } from '../../state/state.ts';
import { destroyedVersion, replaceVersion } from './versions/replace-version.ts';

type Params = Readonly<Record<string, string>>;

/** `projects/P` or `projects/P/locations/L`, with the project's ID. The path may contain the ID or the number. */
export const parentName = (state: State, { project = '', location }: Params): string =>
  `projects/${projectIdOf(state, project)}${location ? `/locations/${location}` : ''}`;

/** `projects/P/secrets/S` or `projects/P/locations/L/secrets/S`. */
export const secretName = (state: State, params: Params): string =>
  `${parentName(state, params)}/secrets/${params.secret}`;

/** The secret, to be changed by the caller. A copy of its present content stays for stale reads. */
export function secretToChange(state: State, name: string): Secret {
  recordPast(state, name);
  return findSecret(state, name) ?? notFound(state, name);
}

/** Copies a secret for stale reads. Every write calls it before it creates, changes or deletes the secret. */
export function recordPast(state: State, name: string): void {
  const secret = findSecret(state, name);
  const { staleReadSeconds } = state.settings;
  if (staleReadSeconds === 0) {
    state.previousSecrets.delete(name);
    return;
  }
  const now = state.now().getTime();
  const recent = (state.previousSecrets.get(name) ?? []).filter(
    ({ until }) => until > now - staleReadSeconds * 1000,
  );
  const copy = secret && { ...secret, versions: [...secret.versions] };
  state.previousSecrets.set(name, [...recent, { until: now, secret: copy }]);
}

/** The secret as a strongly consistent read sees it. */
export const currentSecret = (state: State, name: string): Secret =>
  findSecret(state, name) ?? notFound(state, name);

/** The secret as an eventually consistent read sees it. */
export const possiblyStaleSecret = (state: State, name: string): Secret =>
  findStaleSecret(state, name) ?? notFound(state, name);

export const findStaleSecret = (state: State, name: string): Secret | undefined =>
  secretAsOf(state, name, staleReadTime(state));

/** The secrets of a project or of a location in it, newest first, as an eventually consistent read sees them. */
export function secretsIn(state: State, parent: string): Secret[] {
  const time = staleReadTime(state);
  const names = new Set([...state.secrets.keys(), ...state.previousSecrets.keys()]);
  const prefix = `${parent}/secrets/`;
  return [...names]
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => secretAsOf(state, name, time) ?? [])
    .sort((a, b) => (creationKey(a) < creationKey(b) ? 1 : -1));
}

/** Sorts secrets by creation time, and two secrets of the same millisecond by name. */
export const creationKey = ({ createTime, name }: Secret): string => `${createTime} ${name}`;

/** Deletes an expired secret, and destroys each version whose scheduled time has come. @returns undefined when it expired */
export function applyElapsedTime(state: State, secret: Secret): Secret | undefined {
  const now = state.now().getTime();
  if (secret.expireTime && Date.parse(secret.expireTime) <= now) {
    state.secrets.delete(secret.name);
    deletePolicy(state, secret.name);
    return undefined;
  }
  for (const version of secret.versions) {
    const destroyTime = version.scheduledDestroyTime && new Date(version.scheduledDestroyTime);
    if (destroyTime && destroyTime.getTime() <= now) {
      replaceVersion(secret, version, destroyedVersion(state, version, destroyTime));
    }
  }
  return secret;
}

function findSecret(state: State, name: string): Secret | undefined {
  const secret = state.secrets.get(name);
  return secret && applyElapsedTime(state, secret);
}

/** Which moment an eventually consistent read sees: any within the last `staleReadSeconds`. In milliseconds. */
function staleReadTime(state: State): number {
  const { staleReadSeconds } = state.settings;
  const ageSeconds = staleReadSeconds > 0 ? state.random() * staleReadSeconds : 0;
  return state.now().getTime() - ageSeconds * 1000;
}

function secretAsOf(state: State, name: string, time: number): Secret | undefined {
  const previous = state.previousSecrets.get(name)?.find(({ until }) => until > time);
  return previous ? previous.secret : findSecret(state, name);
}

function notFound(state: State, name: string): never {
  throw new ApiError('NOT_FOUND', `Secret [${withProjectNumber(state, name)}] not found.`);
}
