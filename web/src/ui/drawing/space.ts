/** Pixels between the columns and between the rows of an arranged drawing. */
export const SPACE = { ranks: 72, rows: 32 } as const
