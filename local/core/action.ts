import type { IncomingHttpHeaders } from 'node:http';
import type { State } from '../state/state.ts';

/** Who a bearer token is. `member` is IAM's form of it, as in `serviceAccount:relay@acme-ops.iam.gserviceaccount.com`. */
export type Principal = {
  readonly member: string;
  /** The email of a service account or a user. */
  readonly email: string;
  /** The unique ID of a service account. */
  readonly uniqueId?: string;
  readonly scopes: readonly string[];
};

/** A call, as an action sees it. */
export type Call = {
  /** From the path's template, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON of the body, `{}` when there is none. */
  readonly body: unknown;
  readonly raw: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** None on an `anonymous` action. */
  readonly caller: Principal | undefined;
};

/** One method of a Google API. One file each, named as Google names the method. */
export type Action = {
  /** The API's name, as in `secretmanager`: quotas and the request log count by it. */
  readonly api: string;
  /** Google's name of the method, as in `projects.secrets.addVersion`. */
  readonly method: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/secrets/{secret}:addVersion`; `{name}` is one segment, `{name=**}` several. */
  readonly path: string;
  /** No bearer token is asked for. */
  readonly anonymous?: true;
  /** @returns the body of a 200, or a `Reply`. @throws {Status} what Google would answer. */
  run(state: State, call: Call): unknown;
};

/** An answer that is not JSON with status 200. */
export class Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}
