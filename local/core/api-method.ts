import type { IncomingHttpHeaders } from 'node:http';
import type { State } from '../state/state.ts';
import type { Principal } from './principal.ts';

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
  /**
   * @returns the JSON of a response with status 200, or an `HttpResponse`
   * @throws {ApiError} the error that Google would send
   */
  run(state: State, call: Call): unknown;
};

/** One call of an API method. */
export type Call = {
  /** The variables of the path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON; `{}` when the request has no body. */
  readonly body: unknown;
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when the method is `anonymous`. */
  readonly caller: Principal | undefined;
};
