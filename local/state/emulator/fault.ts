/** An error that a test asked for. It strikes each call that matches `path` and `method`, until `times` is used up. */
export type Fault = {
  /** A regular expression over path and query. */
  path: string;
  method?: string;
  /** How many more calls it strikes. Absent: every call. */
  times?: number;
  /** 0 to 1. Absent: 1. */
  probability?: number;
  latencyMs?: number;
  /** The response has this status, and the call changes nothing. */
  status?: number;
  /** The connection is reset, and the call changes nothing. */
  reset?: boolean;
  /** The call is executed, and the connection is reset instead of a response. */
  loseAnswer?: boolean;
};
