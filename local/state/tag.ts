/** A tag key of an organization or a project, as in `tagKeys/281475000000001`. */
export type TagKey = {
  name: string;
  /** `organizations/O` or `projects/P` */
  parent: string;
  shortName: string;
  description?: string;
  createTime: string;
};

/** A value of a tag key, as in `tagValues/281475000000002`. */
export type TagValue = {
  name: string;
  /** The tag key. */
  parent: string;
  shortName: string;
  description?: string;
  createTime: string;
};
