/** A condition as IAM keeps it; `expression` is CEL. Titles and expressions are whatever somebody typed: hostile until escaped. */
export type Condition = {
  readonly expression: string;
  readonly title?: string;
  readonly description?: string;
};

/** Its identity is role and condition: the same role may stand in several bindings. */
export type Binding = {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Condition;
};

/** An allow policy, on an account, a project, a folder or an organization. */
export type Policy = { readonly bindings: readonly Binding[] };

/** Principals and permissions in the spelling of IAM v2: `principal://goog/subject/…`, `iam.googleapis.com/serviceAccounts.signJwt`. */
export type DenyRule = {
  readonly deniedPrincipals: readonly string[];
  readonly exceptionPrincipals: readonly string[];
  readonly deniedPermissions: readonly string[];
  readonly exceptionPermissions: readonly string[];
  readonly condition?: Condition;
};

export type DenyPolicy = {
  /** `policies/cloudresourcemanager.googleapis.com%2Fprojects%2FP/denypolicies/ID` */
  readonly name: string;
  readonly rules: readonly DenyRule[];
};
