/** One call that the local cloud received. Query and headers are left out: they may hold tokens. */
export type LoggedRequest = {
  /** When the call arrived, by the local clock. */
  time: string;
  method: string;
  path: string;
  /** Absent when no route matches the path. */
  api?: string;
  /** Google's name of the method, as in `projects.secrets.addVersion`. Absent when no route matches the path. */
  apiMethod?: string;
  /** The caller as IAM writes a member, or `anonymous`. */
  identity: string;
  /** 0 when the connection was reset instead of a response. */
  status: number;
};
