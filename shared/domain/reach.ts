/** What somebody can do to come one step nearer to a credential. */
export type Step = {
  /** `user:eve@acme.com`; after the first step an account that was reached. */
  readonly who: string;
  readonly permission: string;
  /** What it is held on: an account, a secret, a role, a project. */
  readonly on: string;
  /** Whose policy says so, and with which role. */
  readonly resource: string;
  readonly role: string;
};

/** Somebody who can get at a chain's credential. */
export type Reach = {
  readonly member: string;
  /** The last leads to the credential. */
  readonly steps: readonly Step[];
  /** It could not be decided whether it is so. */
  readonly possible?: true;
};
