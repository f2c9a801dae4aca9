/** IAM's Policy, as Google's APIs send it. */
export type Policy = {
  version?: number;
  etag?: string;
  bindings?: Binding[];
  auditConfigs?: unknown[];
};

export type Binding = { role: string; members: string[]; condition?: Condition };

export type Condition = {
  expression: string;
  title?: string;
  description?: string;
  location?: string;
};
