/** Two of the three readings of a world differ. */
export type Disagreement = {
  /** Short, and the same for the same fault. */
  readonly kind: string;
  /** What each says, in plain words. */
  readonly text: string;
};
export const instantOf = (at: number): string => new Date(at).toISOString().replace('.000', '');
