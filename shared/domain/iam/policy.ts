/** A condition as IAM stores it; `expression` is CEL. Anyone who can edit the policy chose these texts: they are hostile until escaped. */
export type Condition = {
  readonly expression: string;
  readonly title?: string;
  readonly description?: string;
};

/** Role and condition identify a binding: several bindings may have the same role. */
export type Binding = {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Condition;
};

/** The allow policy of an account, a secret, a project, a folder or an organization. */
export type Policy = { readonly bindings: readonly Binding[] };

/** Principals and permissions are spelled as in IAM v2: `principal://goog/subject/…`, `iam.googleapis.com/serviceAccounts.signJwt`. */
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
