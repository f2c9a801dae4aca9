/** An organization policy on a list constraint, or on a boolean constraint. */
export type OrgPolicy = {
  allowedValues?: string[] | undefined;
  deniedValues?: string[] | undefined;
  allowAll?: boolean | undefined;
  denyAll?: boolean | undefined;
  /** Of a boolean constraint. */
  enforce?: boolean | undefined;
  inheritFromParent?: boolean | undefined;
};
