import type { Failure } from '../basics/failure.ts';
import { printable } from '../basics/text/printable.ts';

export const STATES = ['ok', 'failed', 'unknown'] as const;
/** `unknown`: the check could not be decided, for example because the identity may not read something. */
export type State = (typeof STATES)[number];

/** The result of a check. */
export type Judged = {
  readonly state: State;
  /** What was found. */
  readonly evidence: string;
  /** Shell commands that fix it, one a line; null if there is nothing to fix. */
  readonly fix: string | null;
};

export const ok = (evidence: string): Judged => ({ state: 'ok', evidence, fix: null });

export const failed = (evidence: string, ...commands: readonly string[]): Judged => ({
  state: 'failed',
  evidence,
  fix: commands.length > 0 ? commands.join('\n') : null,
});

export const unknown = (evidence: string, ...commands: readonly string[]): Judged => ({
  ...failed(evidence, ...commands),
  state: 'unknown',
});

/** Prints the role with which every check can read. */
export const ROLE_COMMAND = './hopmint doctor --role';

const enable = (api: string, project: string | undefined): string =>
  `gcloud services enable ${api}${project === undefined ? '' : ` --project=${project}`}`;

/**
 * A check that could not read something.
 *
 * @param what what could not be read, as in `the services of acme-ops`
 * @param needed the permission of the read, for an API that does not name it in a refusal
 */
export function unread(what: string, failure: Failure, needed?: string): Judged {
  const { detail, api, status } = failure;
  const permission = failure.permission ?? (status === 403 ? needed : undefined);
  if (api) {
    return unknown(`${what}: ${api.service} is not enabled`, enable(api.service, api.project));
  }
  if (permission !== undefined) {
    return unknown(`${what}: you need ${permission}`, ROLE_COMMAND);
  }
  return unknown(`${what}: ${printable(detail)}`);
}

/** More are only counted. */
const SHOWN = 3;

const listed = (texts: readonly string[]): string =>
  [
    ...texts.slice(0, SHOWN),
    ...(texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : []),
  ].join('; ');

/** One result of several: failed if one failed, otherwise unknown if one is unknown. Equal fixes appear once. */
export function together(parts: readonly Judged[]): Judged {
  const worst = (['failed', 'unknown', 'ok'] as const).find((state) =>
    parts.some((part) => part.state === state),
  );
  const those = parts.filter(({ state }) => state === worst);
  const fixes = [...new Set(those.flatMap(({ fix }) => fix ?? []))];
  return {
    state: worst ?? 'ok',
    evidence: listed([...new Set(those.map(({ evidence }) => evidence))]),
    fix: fixes.length > 0 ? fixes.join('\n') : null,
  };
}
