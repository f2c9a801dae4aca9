/** A text that people wrote. */
export type SourceText = {
  readonly path: string;
  /** Of its bytes, in hex. */
  readonly sha256: string;
};

/** Which version of the chain file a report is about. */
export type ChainFileVersion = {
  /** SHA-256, in hex: of the published file, or of the texts that were read. */
  readonly digest: string;
  /** Cloud Storage's generation of the published file. For files on disk, the time of the last change in milliseconds. */
  readonly generation: string;
  /** RFC 3339. Null where it is not known. */
  readonly writtenAt: string | null;
  /** The identity that published the file, as the publisher states it. Null where it is not known. */
  readonly writtenBy: string | null;
  /** The git commit that it was published from. Null where it is not known. */
  readonly commit: string | null;
  /** The texts that it was made of. */
  readonly sources: readonly SourceText[];
};
