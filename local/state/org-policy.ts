/** An organization policy on a list constraint. */
export type OrgPolicy = {
  allowedValues?: string[] | undefined;
  deniedValues?: string[] | undefined;
  allowAll?: boolean | undefined;
  denyAll?: boolean | undefined;
  inheritFromParent?: boolean | undefined;
};
