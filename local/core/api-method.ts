import type { State } from '../state/state.ts';
import type { Audited, NotAudited } from './audited.ts';
import type { Call } from './call.ts';

/** One method of a Google API, or of `/_local/`. */
export type ApiMethod = {
  /** The API's name, as in `secretmanager`. Quotas and the request log count by it. */
  readonly api: string;
  /** Google's name of the method, as in `projects.secrets.addVersion`. */
  readonly name: string;
  readonly httpMethod: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/secrets/{secret}:addVersion`. `{name}` matches one segment, `{name=**}` one or more. */
  readonly path: string;
  /** The method needs no access token. */
  readonly anonymous?: true;
  /** The Admin Activity entry of each call. Every method of a Google API that is not a GET has one, or the reason why it has none. */
  readonly audit?: Audited | NotAudited;
  /**
   * @returns the JSON of a response with status 200, or an `HttpResponse`
   * @throws {ApiError} the error that Google would send
   */
  run(state: State, call: Call): unknown;
};
