/** A log sink: it exports entries to a topic. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/organizations.sinks */
export type Sink = {
  /** `organizations/O/sinks/S`, `folders/F/sinks/S` or `projects/P/sinks/S`: it exports entries of the logs of its parent. */
  name: string;
  /** It exports the entries of all folders and projects of its parent too. */
  includeChildren: boolean;
  /** `projects/P/topics/T` */
  topic: string;
  filter: string;
  /** The account that publishes, as a member of a policy. */
  writerIdentity: string;
};
