/** A Google group. */
export type Group = {
  /** `groups/ID` */
  name: string;
  email: string;
  /** The direct members, as IAM writes them: `user:ada@acme.com`. Owners and managers are members too. */
  members: string[];
  /** Those of `members` who may change the members. */
  owners: string[];
  managers: string[];
};

/** Who may read groups, and what the edition of Google Workspace or Cloud Identity has. */
export type CloudIdentity = {
  /** Members with an administrator role that includes reading groups, as IAM writes them. Everyone else sees the groups that contain them. */
  groupReaders: string[];
  /** The edition has the search for transitive memberships. */
  transitive: boolean;
};
